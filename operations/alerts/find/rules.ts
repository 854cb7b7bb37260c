import type { Transaction } from '#db/database.ts';
import type { AlertKind, AlertLevel, AlertParams } from '#engine/alert/rule.ts';

/** A rule that is on, with the parameters of its kind. */
export type ActiveRule = {
  readonly [Kind in AlertKind]: {
    readonly projectId: number;
    readonly id: string;
    readonly name: string;
    readonly kind: Kind;
    readonly params: AlertParams[Kind];
    readonly workflows: readonly string[];
    readonly works: readonly string[];
    readonly channels: readonly string[];
    readonly level: AlertLevel;
    readonly quietSeconds: number;
  };
}[AlertKind];

export type RuleOf<Kind extends AlertKind> = Extract<ActiveRule, { kind: Kind }>;

export function loadActiveRules(tx: Transaction) {
  return tx<ActiveRule[]>`
    select
      project_id as "projectId", id, name, kind, params, workflows, works, channels, level,
      quiet_seconds as "quietSeconds"
    from alert_rule
    where enabled
    order by project_id, id
  `;
}

export function ofKind<Kind extends AlertKind>(
  rules: readonly ActiveRule[],
  kind: Kind,
): RuleOf<Kind>[] {
  return rules.filter((rule): rule is RuleOf<Kind> => rule.kind === kind);
}

/** An empty list narrows nothing. */
export function covers(keys: readonly string[], key: string): boolean {
  return keys.length === 0 || keys.includes(key);
}

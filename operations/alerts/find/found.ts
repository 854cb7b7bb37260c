import type { Finding } from '#engine/alert/decide.ts';
import type { AlertFacts } from '#engine/alert/facts.ts';
import type { ActiveRule } from './rules.ts';

/** What a rule found at this look. */
export type Found = Finding & { readonly rule: ActiveRule };

/** The rule and what it is about: the same text is the same alert. */
export function found(rule: ActiveRule, about: string, facts: AlertFacts, count = 1): Found {
  return { rule, fingerprint: `${rule.kind}:${rule.id}:${about}`, facts, count };
}

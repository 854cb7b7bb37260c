import type { Json } from '#engine/json.ts';
import { plain } from '../columns.ts';
import { asJson, type Transaction } from '../database.ts';
import type { InstanceKey } from './instances.ts';

export type WaitingSignal = {
  readonly instanceId: string;
  readonly id: string;
  readonly name: string;
  readonly payload: Json;
};

/** Signals of some instances that no node has taken yet, the oldest first. */
export function loadSignals(tx: Transaction, instances: readonly InstanceKey[]) {
  return tx<WaitingSignal[]>`
    select r.instance_id as "instanceId", s.id::text as id, s.name, s.payload
    from unnest(
      ${instances.map((key) => key.projectId)}::int[],
      ${instances.map((key) => key.instanceId)}::uuid[]
    ) as r(project_id, instance_id)
    -- With an offset Postgres looks them up one instance after the other: see rows.ts.
    cross join lateral (
      select id, name, payload
      from signal s
      where s.project_id = r.project_id and s.instance_id = r.instance_id and s.node is null
      offset 0
    ) as s
    order by r.instance_id, s.id
  `;
}

/** A node took a signal. */
export type ConsumedSignal = InstanceKey & { readonly node: number; readonly signal: string };

export function consumeSignals(tx: Transaction, consumed: readonly ConsumedSignal[]) {
  return tx`
    update signal s
    set node = r.node
    from unnest(
      ${plain(consumed.map((one) => one.projectId))}::text::int[],
      ${plain(consumed.map((one) => one.instanceId))}::text::uuid[],
      ${plain(consumed.map((one) => one.signal))}::text::bigint[],
      ${plain(consumed.map((one) => one.node))}::text::smallint[]
    ) as r(project_id, instance_id, id, node)
    -- As in rows.ts.
    where s.project_id = any(array[r.project_id]) and s.instance_id = r.instance_id and s.id = r.id
  `;
}

export type NewSignal = InstanceKey & {
  readonly name: string;
  readonly payload: Json;
  readonly actor: string;
  /** Who takes it at once; null: it waits for its node. */
  readonly node: number | null;
};

export function insertSignal(tx: Transaction, signal: NewSignal, now: Date) {
  return tx`
    insert into signal (project_id, instance_id, name, payload, at, actor, node)
    values (
      ${signal.projectId}, ${signal.instanceId}, ${signal.name},
      ${asJson(signal.payload)}::text::jsonb, ${now}, ${signal.actor}, ${signal.node}
    )
  `;
}

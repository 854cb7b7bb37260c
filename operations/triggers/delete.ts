import type { Context } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import { deleteStarter } from '../workflows/starters.ts';
import { TRIGGERS, type TriggerName } from './trigger.ts';

/** Removes a trigger with its log: its URL is no more. Its instances stay. */
export function deleteTrigger(ctx: Context, name: TriggerName): Promise<{ id: string } | Refusal> {
  return deleteStarter(ctx, TRIGGERS, name);
}

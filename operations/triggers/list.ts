import type * as z from 'zod';
import type { Context } from '../context.ts';
import type { Page } from '../page.ts';
import type { Refusal } from '../refusal.ts';
import { getStarter, listStarters, type listStartersInput } from '../workflows/starters.ts';
import { TRIGGERS, type Trigger, type TriggerName } from './trigger.ts';

/** Triggers of a workflow, by key. */
export function listTriggers(
  ctx: Context,
  input: { readonly workflow: string } & z.output<typeof listStartersInput>,
): Promise<Page<Trigger> | Refusal> {
  return listStarters(ctx, TRIGGERS, input);
}

export function getTrigger(ctx: Context, name: TriggerName): Promise<Trigger | Refusal> {
  return getStarter(ctx, TRIGGERS, name);
}

/** What explaining an instance needs to know, in a few reads of sets: none of them costs more the more there is in line, or has run. */
import type { InstanceFacts, WorkFacts } from '#engine/explain/facts.ts';
import type { Context } from '../../context.ts';
import type { Asked } from './asked.ts';
import { readInstance } from './instance.ts';
import { readLive, type Live } from './live.ts';
import { readWorks } from './works.ts';

export type WhyFacts = {
  readonly instance: InstanceFacts;
  readonly live: readonly Live[];
  readonly works: ReadonlyMap<string, WorkFacts>;
};

/** Null: the instance is gone. */
export async function readWhyFacts(ctx: Context, asked: Asked): Promise<WhyFacts | null> {
  const [instance, live] = await Promise.all([
    readInstance(ctx, asked.instanceId),
    readLive(ctx, asked),
  ]);
  if (instance === null) {
    return null;
  }
  const works = await readWorks(ctx, [...new Set(live.map(({ work }) => work))]);
  return { instance, live, works };
}

/** What tests of schedules say in a word. */
import { setup, type World } from '#test/setup.ts';
import { isRefusal, type Refusal } from '../refusal.ts';
import { createSchedule } from './create.ts';
import { listScheduleRuns } from './runs.ts';
import type { Schedule } from './schedule.ts';

export type Settings = Partial<Parameters<typeof createSchedule>[1]>;

export const HOUR = 3_600;

/** A world in which a schedule is due at every full hour; the clock stands half an hour before the first. */
export async function scheduled(settings: Settings = {}) {
  const world = await setup({ dag: 'a' });
  const now = world.ctx.clock().getTime();
  world.advanceClock((HOUR * 1_000 - (now % (HOUR * 1_000))) / 1_000 + HOUR / 2);
  const made = await make(world, settings);
  return { world, made, name: { workflow: 'test', id: made.id } };
}

export async function make(world: World, settings: Settings = {}): Promise<Schedule> {
  return good(
    await createSchedule(world.ctx, {
      workflow: 'test',
      key: 'hourly',
      cron: '0 * * * *',
      ...settings,
    }),
  );
}

export function good<Answer>(answer: Answer | Refusal): Answer {
  if (isRefusal(answer)) {
    throw new Error(JSON.stringify(answer));
  }
  return answer;
}

export function instances(world: World) {
  return world.db.sql<
    {
      id: string;
      status: string;
      objectId: string;
      input: unknown;
      labels: unknown;
      priority: number;
    }[]
  >`
    select id, status, object_id as "objectId", input, labels, priority from instance order by id
  `;
}

export async function outcomes(
  world: World,
  name: { workflow: string; id: string },
): Promise<string[]> {
  const { data } = good(await listScheduleRuns(world.ctx, { ...name, limit: 50 }));
  return data.map(({ outcome }) => outcome).toReversed();
}

import * as z from 'zod';
import { average, quantile, type Sketch } from '#engine/forecast/sketch.ts';
import { instant } from '../page.ts';

/** What is taken to be typical of now, where nobody says. */
export const RECENT_DAYS = 7;

const durations = z
  .object({
    count: z.int().meta({ description: 'how many are on record' }),
    averageSeconds: z.number(),
    p50Seconds: z.number().meta({ description: 'percentiles are right within 5 %' }),
    p90Seconds: z.number(),
    p99Seconds: z.number(),
  })
  .meta({ id: 'Durations', description: 'How long something took lately.' });

export type Durations = z.infer<typeof durations>;

export function durationsOf(sketch: Sketch | undefined): Durations | null {
  if (sketch === undefined) {
    return null;
  }
  const [averageSeconds, p50Seconds, p90Seconds, p99Seconds] = [
    average(sketch),
    ...[0.5, 0.9, 0.99].map((q) => quantile(sketch, q)),
  ];
  return averageSeconds == null || p50Seconds == null || p90Seconds == null || p99Seconds == null
    ? null
    : { count: sketch.count, averageSeconds, p50Seconds, p90Seconds, p99Seconds };
}

const waitAndRun = {
  wait: durations
    .nullable()
    .meta({ description: 'of a task from ready to handed out; of an instance until its start' }),
  run: durations
    .nullable()
    .meta({ description: 'from start to end, where it succeeded; of a fan-out as a whole' }),
};

export const workflowForecast = z
  .object({
    workflow: z.string(),
    days: z.int().meta({ description: 'how many days back it looks, whatever the version' }),
    ...waitAndRun,
    nodes: z.array(
      z.object({
        key: z.string(),
        ...waitAndRun,
        segment: durations.nullable().meta({ description: 'run of one segment of a fan-out' }),
      }),
    ),
    queue: z.object({
      queued: z.int().meta({
        description: 'counted up to 1,000,000; one of over 10,000 as it was up to 15 s ago',
      }),
      running: z.int(),
      slots: z.int().meta({ description: '`maxRunning`; 0: no limit' }),
      arrivalsPerSecond: z.number().meta({ description: 'instances created in the last minutes' }),
      perSecond: z.number().nullable().meta({
        description: 'instances that its slots let through; null: not known, or no limit',
      }),
      emptyAt: instant
        .nullable()
        .meta({ description: 'when nobody waits any more; null: nobody does, or not known' }),
      growing: z
        .boolean()
        .nullable()
        .meta({ description: 'as many join the line as leave it; null: not known' }),
    }),
  })
  .meta({
    id: 'WorkflowForecast',
    description: 'How long a workflow and its nodes took lately, and when its line is empty.',
  });

export type WorkflowForecast = z.infer<typeof workflowForecast>;

export const instanceForecast = z
  .object({
    id: z.uuid(),
    startsAt: instant
      .nullable()
      .meta({ description: 'of one that has not begun: when it will; null: not known' }),
    expectedEnd: z
      .object({
        p50: instant.meta({ description: 'as likely before as after' }),
        p90: instant.meta({ description: 'hardly later' }),
      })
      .nullable()
      .meta({ description: 'null: not known, or it has ended' }),
    lacking: z
      .array(z.string())
      .meta({ description: 'keys of the nodes that make it unknown: they have no record' }),
  })
  .meta({ id: 'InstanceForecast', description: 'When an instance will have ended.' });

export type InstanceForecast = z.infer<typeof instanceForecast>;

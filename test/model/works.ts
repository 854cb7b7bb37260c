/** The works of the random workflows: each has one setting that makes it different from `plain`. */

export type ModelRetry = {
  readonly limit: number;
  readonly delaySeconds: number;
  /** Each wait is twice the one before. */
  readonly doubles?: true;
};

export type ModelWork = {
  readonly delivery: 'pull' | 'push';
  readonly startReport: boolean;
  readonly dispatchSeconds: number;
  readonly absolute: boolean;
  readonly runSeconds: number;
  readonly heartbeatSeconds: number | null;
  readonly totalSeconds: number | null;
  readonly retry: ModelRetry | null;
  readonly maxConcurrent: number;
  readonly rate: { readonly limit: number; readonly seconds: number } | null;
};

const plain: ModelWork = {
  delivery: 'pull',
  startReport: false,
  dispatchSeconds: 60,
  absolute: false,
  runSeconds: 3_600,
  heartbeatSeconds: null,
  totalSeconds: null,
  retry: null,
  maxConcurrent: 0,
  rate: null,
};

export const WORKS = {
  plain,
  retried: { ...plain, retry: { limit: 2, delaySeconds: 10 } },
  started: { ...plain, startReport: true, dispatchSeconds: 30 },
  strict: { ...plain, startReport: true, dispatchSeconds: 30, absolute: true },
  beating: {
    ...plain,
    heartbeatSeconds: 25,
    runSeconds: 100,
    retry: { limit: 1, delaySeconds: 0 },
  },
  hurried: { ...plain, totalSeconds: 60, retry: { limit: 5, delaySeconds: 20 } },
  limited: { ...plain, maxConcurrent: 2 },
  metered: { ...plain, rate: { limit: 3, seconds: 60 } },
  pushed: { ...plain, delivery: 'push', retry: { limit: 1, delaySeconds: 10 } },
  few: { ...plain, delivery: 'push', startReport: true, dispatchSeconds: 30, maxConcurrent: 2 },
} as const satisfies Record<string, ModelWork>;

export type WorkName = keyof typeof WORKS;

export const WORK_NAMES = Object.keys(WORKS) as WorkName[];

export const PUSHED = ['pushed', 'few'] as const satisfies readonly WorkName[];

export type Pushed = (typeof PUSHED)[number];

/** Those that workers claim. */
export const PULLED = WORK_NAMES.filter((name) => WORKS[name].delivery === 'pull');

/** What Latchwork runs itself takes as long as it takes. */
const INTERNAL = {
  '#wait': { ...plain, runSeconds: 315_360_000 },
  '#signal': { ...plain, runSeconds: 315_360_000 },
  '#script': { ...plain, runSeconds: 60, retry: { limit: 0, delaySeconds: 1 } },
  '#http': { ...plain, retry: { limit: 3, delaySeconds: 1, doubles: true } },
  '#notify': { ...plain, runSeconds: 60, retry: { limit: 5, delaySeconds: 5, doubles: true } },
  '#workflow': { ...plain, runSeconds: 315_360_000, retry: { limit: 0, delaySeconds: 1 } },
} as const satisfies Record<string, ModelWork>;

export type TaskWork = WorkName | keyof typeof INTERNAL;

/** Those that an executor claims, and ends itself. */
export const EXECUTED = ['#script', '#http', '#notify'] as const;

export type Executed = (typeof EXECUTED)[number];

/** How long the request of a push may take. */
export const REQUEST_SECONDS = 15;

/** With one type for all of them. */
export function workOf(name: TaskWork): ModelWork {
  return { ...WORKS, ...INTERNAL }[name];
}

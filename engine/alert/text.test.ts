import { expect, test } from 'vitest';
import type { AlertFacts } from './facts.ts';
import { describeAlert, MESSAGE_WORDS, pageOf } from './text.ts';

const example = { id: 'i1', objectId: 'o1', task: null, message: null };
const tasks: AlertFacts = {
  kind: 'backlog',
  of: 'tasks',
  key: 'w',
  count: 1_000,
  more: true,
  oldestSeconds: 3_600,
};
const off: AlertFacts = {
  kind: 'endpoint_off',
  endpoint: 'crm',
  off: true,
  failingSince: '2026-11-21T08:00:00Z',
};
const noWorker: Extract<AlertFacts, { kind: 'no_worker' }> = {
  kind: 'no_worker',
  work: 'w',
  waitedSeconds: 90_061,
  lastClaimAt: null,
};
const stuck: AlertFacts = {
  kind: 'task_stuck',
  work: 'w',
  count: 2,
  oldestSeconds: 59.6,
  instances: ['i1', 'i2'],
};

const CASES: readonly (readonly [AlertFacts, number])[] = [
  [{ kind: 'instance_failed', workflow: 'order', examples: [example] }, 1],
  [
    {
      kind: 'instance_failed',
      workflow: 'order',
      examples: [{ ...example, task: 'pay', message: 'no money' }, example],
    },
    2,
  ],
  [{ kind: 'failure_rate', workflow: 'order', failed: 1, ended: 3, windowSeconds: 600 }, 1],
  [stuck, 1],
  [{ ...stuck, count: 1, oldestSeconds: 0 }, 1],
  [tasks, 1],
  [{ ...tasks, of: 'instances', count: 7, more: false, oldestSeconds: 3_725 }, 1],
  [{ kind: 'dispatch_timeout', work: 'w', count: 2, windowSeconds: 172_800 }, 1],
  [{ kind: 'endpoint_down', work: 'w', endpoint: 'http://w:80', deliveries: 3 }, 1],
  [off, 1],
  [{ ...off, off: false, failingSince: null }, 1],
  [noWorker, 1],
  [{ ...noWorker, waitedSeconds: 120, lastClaimAt: '2026-11-21T08:00:00Z' }, 1],
  [{ kind: 'dead_letter', of: 'push', key: 'w', message: 'answered 404' }, 2],
  [{ kind: 'dead_letter', of: 'push', key: 'w', message: null }, 1],
];

const said = (language: 'en' | 'zh') =>
  CASES.map(([facts, count]) => {
    const { title, lines } = describeAlert(facts, count, language);
    return [title, ...lines].join(' | ');
  });

test('every kind of alert says what happened, to what and how often', () => {
  expect(said('en')).toMatchInlineSnapshot(`
    [
      "An instance of "order" failed | o1: failed",
      "2 instances of "order" failed | o1: task "pay": no money | o1: failed",
      "33.3 % of the instances of "order" failed | 1 of 3 that ended within 10 min",
      "2 tasks of "w" stuck | The oldest was handed out 1 min ago",
      "A task of "w" stuck | The oldest was handed out 0 s ago",
      "Backlog: more than 1000 tasks of work "w" wait | The oldest has waited 1 h",
      "Backlog: 7 instances of workflow "w" wait | The oldest has waited 1 h 2 min",
      "Dispatch timeouts of "w": 2 | Handed out within the last 2 d and never started, though later ones were",
      "The endpoint of "w" does not answer | http://w:80: 3 pushes of one task in vain",
      "Endpoint "crm" was switched off | Nothing got through since 2026-11-21T08:00:00Z",
      "Notifications do not reach endpoint "crm"",
      "No worker for "w" | A task has waited 1 d 1 h | No worker has ever asked for it",
      "No worker for "w" | A task has waited 2 min | A worker last asked at 2026-11-21T08:00:00Z",
      "2 deliveries to "w" given up | answered 404",
      "A delivery to "w" given up",
    ]
  `);
});

test('and says so in Chinese', () => {
  expect(said('zh')).toMatchInlineSnapshot(`
    [
      "工作流“order”有 1 个实例失败 | o1：失败",
      "工作流“order”有 2 个实例失败 | o1：任务“pay”：no money | o1：失败",
      "工作流“order”的失败率为 33.3% | 10 分钟内结束的 3 个实例中有 1 个失败",
      "工作单元“w”有 2 个任务卡住 | 最早的一个已下发 1 分钟",
      "工作单元“w”有 1 个任务卡住 | 最早的一个已下发 0 秒",
      "工作单元“w”积压：超过 1000 个任务在等待 | 等待最久的已等 1 小时",
      "工作流“w”积压：7 个实例在等待 | 等待最久的已等 1 小时 2 分钟",
      "工作单元“w”下发超时 2 次 | 最近 2 天内已下发但从未开始，而更晚下发的已开始",
      "工作单元“w”的端点没有应答 | http://w:80：同一任务已下发 3 次均无应答",
      "端点“crm”已被停用 | 自 2026-11-21T08:00:00Z 起没有送达",
      "通知无法送达端点“crm”",
      "工作单元“w”没有可用的 worker | 任务已等待 1 天 1 小时 | 从未有 worker 领取过",
      "工作单元“w”没有可用的 worker | 任务已等待 2 分钟 | worker 上次领取时间：2026-11-21T08:00:00Z",
      "发往“w”的 2 次投递已放弃 | answered 404",
      "发往“w”的 1 次投递已放弃",
    ]
  `);
});

test('every kind of alert leads to a page that shows more of it', () => {
  expect(CASES.map(([facts]) => pageOf(facts))).toMatchInlineSnapshot(`
    [
      "/instances/i1",
      "/instances?status=failed&workflow=order",
      "/instances?status=failed&workflow=order",
      "/instances/i1",
      "/instances/i1",
      "/works",
      "/workflows/w",
      "/works",
      "/works",
      "/alerts",
      "/alerts",
      "/works",
      "/works",
      "/alerts",
      "/alerts",
    ]
  `);
  expect(pageOf({ ...stuck, instances: [] })).toBe('/works');
  expect(pageOf({ kind: 'instance_failed', workflow: 'order', examples: [] })).toBe(
    '/instances?status=failed&workflow=order',
  );
  expect(pageOf({ ...tasks, of: 'instances', key: 'a b' })).toBe('/workflows/a%20b');
});

test('a duration is told in its two largest units', () => {
  const waited = (waitedSeconds: number) =>
    describeAlert({ ...noWorker, waitedSeconds }, 1, 'en').lines[0]?.replace(
      'A task has waited ',
      '',
    );

  expect([-1, 0, 59.4, 65, 3_605, 90_000, 86_405].map(waited)).toEqual([
    '0 s',
    '0 s',
    '59 s',
    '1 min 5 s',
    '1 h 5 s',
    '1 d 1 h',
    '1 d 5 s',
  ]);
});

test('what messages say beside the alert names its numbers', () => {
  const words = (['en', 'zh'] as const).map((language) => {
    const { several, more, inAll, lasted } = MESSAGE_WORDS[language];
    return [several(2, 'r'), more(3), inAll(4, 'T'), lasted('T')];
  });

  expect(words).toMatchInlineSnapshot(`
    [
      [
        "2 alerts of rule "r"",
        "… and 3 more",
        "4 in all since T",
        "It began T",
      ],
      [
        "规则“r”有 2 条告警",
        "……另有 3 条",
        "自 T 起共 4 次",
        "始于 T",
      ],
    ]
  `);
});

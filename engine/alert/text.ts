/** Alerts in words. The pages and the messages to channels say the same, each in its language. */
import type { AlertFacts } from './facts.ts';

export const ALERT_LANGUAGES = ['en', 'zh'] as const;

export type AlertLanguage = (typeof ALERT_LANGUAGES)[number];

export type AlertText = { readonly title: string; readonly lines: readonly string[] };

/** `count`: how often it happened, of what can be counted. */
export function describeAlert(
  facts: AlertFacts,
  count: number,
  language: AlertLanguage,
): AlertText {
  return language === 'zh' ? inChinese(facts, count) : inEnglish(facts, count);
}

function inEnglish(facts: AlertFacts, count: number): AlertText {
  switch (facts.kind) {
    case 'instance_failed':
      return {
        title:
          count === 1
            ? `An instance of "${facts.workflow}" failed`
            : `${count} instances of "${facts.workflow}" failed`,
        lines: facts.examples.map(
          ({ objectId, task, message }) =>
            `${objectId}: ${task === null ? '' : `task "${task}": `}${message ?? 'failed'}`,
        ),
      };
    case 'failure_rate':
      return {
        title: `${percent(facts)} % of the instances of "${facts.workflow}" failed`,
        lines: [
          `${facts.failed} of ${facts.ended} that ended within ${duration(facts.windowSeconds, 'en')}`,
        ],
      };
    case 'task_stuck':
      return {
        title: `${facts.count === 1 ? 'A task' : `${facts.count} tasks`} of "${facts.work}" stuck`,
        lines: [`The oldest was handed out ${duration(facts.oldestSeconds, 'en')} ago`],
      };
    case 'backlog':
      return {
        title: `Backlog: ${facts.more ? 'more than ' : ''}${facts.count} ${
          facts.of === 'tasks' ? 'tasks of work' : 'instances of workflow'
        } "${facts.key}" wait`,
        lines: [`The oldest has waited ${duration(facts.oldestSeconds, 'en')}`],
      };
    case 'dispatch_timeout':
      return {
        title: `Dispatch timeouts of "${facts.work}": ${facts.count}`,
        lines: [
          `Handed out within the last ${duration(facts.windowSeconds, 'en')} and never started, though later ones were`,
        ],
      };
    case 'endpoint_down':
      return {
        title: `The endpoint of "${facts.work}" does not answer`,
        lines: [`${facts.endpoint}: ${facts.deliveries} pushes of one task in vain`],
      };
    case 'endpoint_off':
      return {
        title: facts.off
          ? `Endpoint "${facts.endpoint}" was switched off`
          : `Notifications do not reach endpoint "${facts.endpoint}"`,
        lines:
          facts.failingSince === null ? [] : [`Nothing got through since ${facts.failingSince}`],
      };
    case 'no_worker':
      return {
        title: `No worker for "${facts.work}"`,
        lines: [
          `A task has waited ${duration(facts.waitedSeconds, 'en')}`,
          facts.lastClaimAt === null
            ? 'No worker has ever asked for it'
            : `A worker last asked at ${facts.lastClaimAt}`,
        ],
      };
    case 'dead_letter':
      return {
        title: `${count === 1 ? 'A delivery' : `${count} deliveries`} to "${facts.key}" given up`,
        lines: facts.message === null ? [] : [facts.message],
      };
  }
}

function inChinese(facts: AlertFacts, count: number): AlertText {
  switch (facts.kind) {
    case 'instance_failed':
      return {
        title: `工作流“${facts.workflow}”有 ${count} 个实例失败`,
        lines: facts.examples.map(
          ({ objectId, task, message }) =>
            `${objectId}：${task === null ? '' : `任务“${task}”：`}${message ?? '失败'}`,
        ),
      };
    case 'failure_rate':
      return {
        title: `工作流“${facts.workflow}”的失败率为 ${percent(facts)}%`,
        lines: [
          `${duration(facts.windowSeconds, 'zh')}内结束的 ${facts.ended} 个实例中有 ${facts.failed} 个失败`,
        ],
      };
    case 'task_stuck':
      return {
        title: `工作单元“${facts.work}”有 ${facts.count} 个任务卡住`,
        lines: [`最早的一个已下发 ${duration(facts.oldestSeconds, 'zh')}`],
      };
    case 'backlog':
      return {
        title: `${facts.of === 'tasks' ? '工作单元' : '工作流'}“${facts.key}”积压：${
          facts.more ? '超过 ' : ''
        }${facts.count} 个${facts.of === 'tasks' ? '任务' : '实例'}在等待`,
        lines: [`等待最久的已等 ${duration(facts.oldestSeconds, 'zh')}`],
      };
    case 'dispatch_timeout':
      return {
        title: `工作单元“${facts.work}”下发超时 ${facts.count} 次`,
        lines: [
          `最近 ${duration(facts.windowSeconds, 'zh')}内已下发但从未开始，而更晚下发的已开始`,
        ],
      };
    case 'endpoint_down':
      return {
        title: `工作单元“${facts.work}”的端点没有应答`,
        lines: [`${facts.endpoint}：同一任务已下发 ${facts.deliveries} 次均无应答`],
      };
    case 'endpoint_off':
      return {
        title: facts.off
          ? `端点“${facts.endpoint}”已被停用`
          : `通知无法送达端点“${facts.endpoint}”`,
        lines: facts.failingSince === null ? [] : [`自 ${facts.failingSince} 起没有送达`],
      };
    case 'no_worker':
      return {
        title: `工作单元“${facts.work}”没有可用的 worker`,
        lines: [
          `任务已等待 ${duration(facts.waitedSeconds, 'zh')}`,
          facts.lastClaimAt === null
            ? '从未有 worker 领取过'
            : `worker 上次领取时间：${facts.lastClaimAt}`,
        ],
      };
    case 'dead_letter':
      return {
        title: `发往“${facts.key}”的 ${count} 次投递已放弃`,
        lines: facts.message === null ? [] : [facts.message],
      };
  }
}

function percent({ failed, ended }: { readonly failed: number; readonly ended: number }): string {
  return String(Math.round((failed / ended) * 1_000) / 10);
}

const UNITS = [
  { seconds: 86_400, en: 'd', zh: ' 天' },
  { seconds: 3_600, en: 'h', zh: ' 小时' },
  { seconds: 60, en: 'min', zh: ' 分钟' },
] as const;

/** "3 h 12 min": the two largest units that are not zero. */
function duration(seconds: number, language: AlertLanguage): string {
  let rest = Math.max(0, Math.round(seconds));
  const parts: string[] = [];

  for (const unit of UNITS) {
    const count = Math.floor(rest / unit.seconds);
    rest -= count * unit.seconds;
    if (count > 0) {
      parts.push(language === 'zh' ? `${count}${unit.zh}` : `${count} ${unit.en}`);
    }
  }
  if (rest > 0 || parts.length === 0) {
    parts.push(language === 'zh' ? `${rest} 秒` : `${rest} s`);
  }
  return parts.slice(0, 2).join(' ');
}

/** The page that shows more of it. */
export function pageOf(facts: AlertFacts): string {
  switch (facts.kind) {
    case 'instance_failed': {
      const [first, second] = facts.examples;
      return first !== undefined && second === undefined
        ? `/instances/${first.id}`
        : `/instances?status=failed&workflow=${encodeURIComponent(facts.workflow)}`;
    }
    case 'failure_rate':
      return `/instances?status=failed&workflow=${encodeURIComponent(facts.workflow)}`;
    case 'backlog':
      return facts.of === 'tasks' ? '/works' : `/workflows/${encodeURIComponent(facts.key)}`;
    case 'task_stuck': {
      const [first] = facts.instances;
      return first === undefined ? '/works' : `/instances/${first}`;
    }
    case 'dispatch_timeout':
    case 'endpoint_down':
    case 'no_worker':
      return '/works';
    case 'endpoint_off':
    case 'dead_letter':
      return '/alerts';
  }
}

/** What messages to channels say beside the alert itself. */
export const MESSAGE_WORDS = {
  en: {
    resolved: 'Resolved',
    open: 'Open in Latchwork',
    several: (count: number, rule: string) => `${count} alerts of rule "${rule}"`,
    more: (count: number) => `… and ${count} more`,
    inAll: (count: number, since: string) => `${count} in all since ${since}`,
    lasted: (since: string) => `It began ${since}`,
    test: 'Test message',
    testLine: 'This channel works: Latchwork can reach you here.',
  },
  zh: {
    resolved: '已恢复',
    open: '在 Latchwork 中打开',
    several: (count: number, rule: string) => `规则“${rule}”有 ${count} 条告警`,
    more: (count: number) => `……另有 ${count} 条`,
    inAll: (count: number, since: string) => `自 ${since} 起共 ${count} 次`,
    lasted: (since: string) => `始于 ${since}`,
    test: '测试消息',
    testLine: '此渠道可用：Latchwork 可以通过它联系您。',
  },
} as const;

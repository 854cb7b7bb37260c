/**
 * One turn of one instance, in the plainest way: apply what happened, then look at every node in the order of the plan and decide those
 * whose rule is decided, then see whether anything is left to do.
 */
import { FAILS } from './expressions.ts';
import { dropTasks, isTolerated, scopeOf, shapeOf, type Turn } from './nodes.ts';
import { open } from './open.ts';
import { decide, type Word } from './rules.ts';
import { nodeIn, settingOf, type ModelInstance, type Settings, type World } from './world.ts';

export function turn(
  settings: Settings,
  world: World,
  instance: ModelInstance,
  happen: (turn: Turn) => void,
): void {
  const setting = settingOf(settings, instance.version);
  const one: Turn = {
    setting,
    world,
    instance,
    made: new Set(),
    renewed: new Set(),
    opened: new Set(),
    failures: [],
    outcome: 'finish',
  };

  happen(one);
  judgeAll(one);
  if (one.outcome === 'stop' || one.outcome === 'cancel') {
    endEverything(one);
  }
  const left = one.outcome === 'hold' ? ['open', 'pending'] : ['open'];
  if (!setting.drawn.some((key) => left.includes(nodeIn(instance, key).status))) {
    finish(one);
  }
  if (instance.errors.length === 0 && instance.status !== 'succeeded') {
    instance.errors = one.failures;
  }
  instance.blocked &&= instance.status === 'queued';
}

/** Parents come before their children in the order of the plan, so once through it is enough. */
function judgeAll(one: Turn): void {
  for (const key of one.setting.drawn) {
    const node = nodeIn(one.instance, key);
    // Marks that the plan left out are nothing that could wait for the queue.
    const isFree = one.outcome === 'hold' && !one.setting.order.includes(key);
    if (node.status !== 'pending' || (one.outcome !== 'finish' && !isFree)) {
      continue;
    }
    const verdict = decide(shapeOf(one, key).trigger, wordsTo(one, key));
    if (verdict === 'run') {
      open(one, key);
    } else if (verdict !== 'wait') {
      node.status = verdict;
    }
  }
}

function wordsTo(one: Turn, key: string): Word[] {
  return (one.setting.parentsOf.get(key) ?? []).map((parent): Word => {
    const { status, branches } = nodeIn(one.instance, parent.key);

    switch (status) {
      case 'pending':
      case 'open':
        return 'unfinished';
      case 'succeeded':
      case 'passed':
        return parent.branch === null || branches === null || branches.includes(parent.branch)
          ? 'succeeded'
          : 'skipped';
      case 'failed':
      case 'cancelled':
        return isTolerated(shapeOf(one, parent.key)) ? 'succeeded' : 'failed';
      case 'skipped':
      case 'upstream_failed':
        return status;
    }
  });
}

function endEverything(one: Turn): void {
  for (const key of one.setting.drawn) {
    const node = nodeIn(one.instance, key);
    if (node.status === 'open') {
      dropTasks(one, key);
      if (one.opened.has(key)) {
        node.segments = null;
        node.line = [];
      }
    }
    if (node.status === 'open' || node.status === 'pending') {
      // A start that the plan left out has nothing to be cancelled.
      const isMark = shapeOf(one, key).type === 'start' && !one.setting.order.includes(key);
      node.status = isMark ? 'succeeded' : 'cancelled';
    }
  }
}

/** Nothing lies behind it that has anything to say about the run. */
function isLeaf(one: Turn, key: string): boolean {
  const { instance, setting } = one;

  return [...setting.parentsOf]
    .filter(([, parents]) => parents.some((parent) => parent.key === key))
    .every(([child]) => nodeIn(instance, child).status === 'passed' && isLeaf(one, child));
}

function finish(one: Turn): void {
  const { instance, setting } = one;
  instance.expiresAt = null;
  instance.ends += 1;

  if (one.outcome === 'cancel') {
    instance.status = 'cancelled';
    return;
  }
  const lost = setting.drawn.filter((key) => {
    const { status } = nodeIn(instance, key);
    const failed = status === 'failed' && !isTolerated(shapeOf(one, key));
    return (failed || ['upstream_failed', 'cancelled'].includes(status)) && isLeaf(one, key);
  });

  if (one.outcome === 'stop' || lost.length > 0) {
    instance.status = 'failed';
    if (one.failures.length === 0) {
      const before = setting.drawn.find(
        (key) => nodeIn(instance, key).status === 'failed' && !isTolerated(shapeOf(one, key)),
      );
      one.failures.push(...(before === undefined ? [] : [`${before}:error`]));
    }
    return;
  }

  const output = setting.shape.output?.means(scopeOf(instance)) ?? null;
  if (output === FAILS) {
    instance.status = 'failed';
    one.failures.push('null:expression');
  } else {
    instance.status = 'succeeded';
    instance.output = output;
    instance.errors = [];
  }
}

/** What happens to a node when its turn comes. */
import type { Json } from '../json.ts';
import type { PlanNode, RunnableNode } from '../plan.ts';
import { judgeSignal } from '../signal.ts';
import { beginsAt, endOfWait, givenUpAt } from './due.ts';
import { evaluateOf, failExpression, render, test } from './evaluate.ts';
import { openFanout } from './fanout.ts';
import { failAtOnce, planOf, settle, type Run } from './run.ts';

export function openNode(run: Run, node: number): void {
  const plan = planOf(run, node);

  switch (plan.type) {
    case 'start':
    case 'end':
      settle(run, node, 'succeeded');
      return;
    case 'route':
      openRoute(run, node, plan.first);
      return;
    case 'fanout':
      openFanout(run, node, plan);
      return;
    case 'wait':
      openWait(run, node, plan);
      return;
    case 'signal':
      openSignal(run, node, plan);
      return;
    case 'task':
    case 'http':
    case 'script':
    case 'workflow':
    case 'notify':
      openTask(run, node, plan);
  }
}

function openRoute(run: Run, node: number, first: boolean): void {
  const taken: string[] = [];

  for (const { key, when } of run.program.nodes[node]?.cases ?? []) {
    const answer = evaluateOf(run, node, when, test(when));
    if (answer === null) {
      return;
    }
    if (answer.value === true) {
      taken.push(key);
      if (first) {
        break;
      }
    }
  }

  run.state.branches.set(node, taken.length > 0 ? taken : ['default']);
  settle(run, node, 'succeeded');
}

function openTask(run: Run, node: number, plan: RunnableNode): void {
  const input = inputOf(run, node);
  if (input !== null) {
    makeTask(run, node, input.value, beginsAt(plan, run.facts.now));
  }
}

function openWait(run: Run, node: number, plan: Extract<PlanNode, { type: 'wait' }>): void {
  const { due = null } = run.program.nodes[node] ?? {};
  const answer = due === null ? NOTHING : evaluateOf(run, node, due, render(due));
  if (answer === null) {
    return;
  }
  const end = endOfWait(plan, answer.value, run.facts.now);
  if (!end.ok) {
    failExpression(run, node, end.error);
  } else if (end.at === null) {
    settle(run, node, 'succeeded');
  } else {
    makeTask(run, node, null, end.at);
  }
}

function openSignal(run: Run, node: number, plan: Extract<PlanNode, { type: 'signal' }>): void {
  const input = inputOf(run, node);
  if (input === null) {
    return;
  }
  if (run.facts.signals === null) {
    run.needsSignals = true;
    return;
  }
  if (!takeEarlySignal(run, node, plan)) {
    makeTask(run, node, input.value, givenUpAt(plan, run.facts.now));
  }
}

/** A signal that came before its node was opened is taken now. One that cannot be an approval is passed over. */
function takeEarlySignal(
  run: Run,
  node: number,
  { signal, approval }: Extract<PlanNode, { type: 'signal' }>,
): boolean {
  for (const { id, name, payload } of run.facts.signals ?? []) {
    if (name !== signal || run.consumed.has(id)) {
      continue;
    }
    const judged = judgeSignal(approval, payload);
    if (judged.verdict === 'malformed') {
      continue;
    }
    run.consumed.add(id);
    run.effects.push({ type: 'consume', node, signal: id });

    if (judged.verdict === 'accepted') {
      run.outputs.set(node, payload);
      run.effects.push({ type: 'record', node, outcome: 'succeeded', output: payload });
      settle(run, node, 'succeeded');
    } else {
      failAtOnce(run, { node, code: 'rejected', message: judged.message });
    }
    return true;
  }

  return false;
}

const NOTHING = { value: null } as const;

function inputOf(run: Run, node: number): { readonly value: Json } | null {
  const { input: template = null } = run.program.nodes[node] ?? {};
  return template === null ? NOTHING : evaluateOf(run, node, template, render(template));
}

function makeTask(run: Run, node: number, input: Json, at: number | null): void {
  run.state.nodes[node] = 'open';
  run.effects.push({ type: 'open', node, input, at });
}

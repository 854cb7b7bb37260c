import { isTooNested, MOST_NESTED, type Json } from '#engine/json.ts';
import { INTERNAL_WORKS } from '#engine/plan.ts';
import type { ScriptFault } from '#operations/sandbox/sandbox.ts';
import { claimInternal, type InternalTask } from '#operations/tasks/internal.ts';
import type { ScriptPool } from '../sandbox/pool.ts';
import { internalPort, type Executor, type InternalVerdict } from './executor.ts';

/** `script` nodes: the rendered input goes into the sandbox, what the script returns is the output. */
export const runScripts: Executor = (ctx, { scripts, scriptThreads, worker, pump }) => [
  pump(
    {
      ...internalPort(ctx),
      run: (task) => runScript(scripts, task),
      claim: (max) => claimInternal(ctx, { work: INTERNAL_WORKS.script, max, worker }),
    },
    // Enough at hand that no thread waits for a claim.
    scriptThreads * 8,
  ),
];

async function runScript(scripts: ScriptPool, task: InternalTask): Promise<InternalVerdict> {
  const { key, plan, input } = task;
  if (plan.type !== 'script') {
    return failed(task, 'crash', `node "${plan.key}" has no script`);
  }
  const { script, timeoutSeconds, memoryMb } = plan;
  const text = JSON.stringify(input ?? {});
  const outcome = await scripts.run({ script, input: text, timeoutSeconds, memoryMb });

  if (outcome === 'stopped') return { type: 'cut_off' };
  if (!outcome.ok) return failed(task, outcome.fault, outcome.message, outcome.stack);

  if (isTooNested(outcome.output)) {
    return failed(task, 'output_too_large', `its output is nested more than ${MOST_NESTED} deep`);
  }
  // The sandbox wrote it by JSON.stringify.
  const output = JSON.parse(outcome.output) as Json;
  return { type: 'ended', end: { key, outcome: 'succeeded', output } };
}

/** The same script over the same input: only what chance and the clock have a hand in can be different the next time. */
const MAY_HELP: ReadonlySet<ScriptFault> = new Set(['exception', 'time_limit', 'crash']);

function failed(
  { key }: InternalTask,
  fault: ScriptFault,
  message: string,
  stack?: string,
): InternalVerdict {
  return {
    type: 'ended',
    end: {
      key,
      outcome: 'failed',
      code: fault === 'exception' ? 'exception' : 'error',
      ...(fault === 'exception' ? {} : { reason: fault }),
      message,
      ...(stack === undefined ? {} : { stack }),
      retryable: MAY_HELP.has(fault),
    },
  };
}

import { isTolerated } from '../plan.ts';
import { evaluate, render } from './evaluate.ts';
import { planOf, type NodeFailure, type Run } from './run.ts';

/** Nothing is open any more. As in Airflow the leaves decide: a run failed if one of them failed or never came to run because of a failure. */
export function finish(run: Run): void {
  if (run.outcome === 'cancel') {
    run.effects.push({ type: 'finish', status: 'cancelled', output: null });
    return;
  }
  if (run.outcome === 'stop' || hasFailedLeaf(run)) {
    // After a restart the failure that counts may be an old one, of a node that was left as it was.
    run.failure ??= earlierFailure(run);
    run.effects.push({ type: 'finish', status: 'failed', output: null });
    return;
  }

  const { output } = run.program;
  const answer = output === null ? NOTHING : evaluate(run, output, render(output));
  if (answer === 'needs') {
    return;
  }
  if (answer.ok) {
    run.effects.push({ type: 'finish', status: 'succeeded', output: answer.value });
  } else {
    run.failure ??= {
      node: null,
      code: 'expression',
      message: `output of the workflow: ${answer.error.message} (in ${answer.error.expression})`,
    };
    run.effects.push({ type: 'finish', status: 'failed', output: null });
  }
}

const NOTHING = { ok: true, value: null } as const;

function hasFailedLeaf(run: Run): boolean {
  const decides = leavesOf(run);

  return run.program.plan.nodes.some((plan, node) => {
    const status = run.state.nodes[node];
    return (
      decides[node] === true &&
      (status === 'upstream_failed' ||
        status === 'cancelled' ||
        (status === 'failed' && !isTolerated(plan)))
    );
  });
}

/** Which nodes are leaves. What was passed has nothing to say: where all that lies behind a node was passed, the node is the leaf. */
function leavesOf({ program, state }: Run): readonly boolean[] {
  const leaves: boolean[] = [];

  for (let node = program.plan.nodes.length - 1; node >= 0; node -= 1) {
    const children = program.plan.nodes[node]?.children ?? [];
    leaves[node] = children.every(
      (child) => state.nodes[child] === 'passed' && leaves[child] === true,
    );
  }
  return leaves;
}

function earlierFailure(run: Run): NodeFailure | null {
  const node = run.program.plan.nodes.findIndex(
    (plan, index) => run.state.nodes[index] === 'failed' && !isTolerated(plan),
  );
  return node === -1
    ? null
    : { node, code: 'error', message: `"${planOf(run, node).key}" had failed before` };
}

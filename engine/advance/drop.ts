/** Taking open nodes back: their live tasks go, and what this very call was about to make is never made. */
import type { Run } from './run.ts';

/** Everything that has not ended is given up. */
export function cancelAll(run: Run): void {
  for (const [node, status] of run.state.nodes.entries()) {
    if (status === 'open') {
      dropTasksOf(run, node);
    }
    if (status === 'open' || status === 'pending') {
      run.state.nodes[node] = 'cancelled';
    }
  }
}

/** Makes a node as if its turn had never come. */
export function clear(run: Run, node: number): void {
  if (run.state.nodes[node] === 'open') {
    dropTasksOf(run, node);
  }
  forgetLine(run, node);
  run.state.nodes[node] = 'pending';
  run.state.fanouts.delete(node);
  run.state.branches.delete(node);
}

/** A node that opened in this very call has no live task yet: it is never made. Nor are the segments that this call let go. */
function dropTasksOf(run: Run, node: number): void {
  keepInLine(run, node);
  const opened = run.effects.findIndex(
    (effect) =>
      (effect.type === 'open' || effect.type === 'fan' || effect.type === 'reopen') &&
      effect.node === node,
  );

  const effect = run.effects[opened];

  if (effect === undefined) {
    run.effects.push({ type: 'drop', node });
  } else if (effect.type === 'reopen') {
    // What it brings back stays unfinished: all of it waits in line for another retry.
    const fanout = run.state.fanouts.get(node);
    const first = effect.first - effect.parallel;
    run.effects[opened] = { ...effect, parallel: 0, first };
    if (fanout) {
      run.state.fanouts.set(node, { ...fanout, made: first });
    }
    if (!effect.all) {
      run.effects.push({ type: 'drop', node });
    }
  } else {
    run.effects.splice(opened, 1);
    run.state.fanouts.delete(node);
  }
}

function keepInLine(run: Run, node: number): void {
  const fanout = run.state.fanouts.get(node);
  const released = run.effects.reduce(
    (sum, one) => (one.type === 'release' && one.node === node ? sum + one.count : sum),
    0,
  );

  if (fanout && released > 0) {
    run.state.fanouts.set(node, { ...fanout, made: fanout.made - released });
    run.effects.splice(
      0,
      run.effects.length,
      ...run.effects.filter((one) => one.type !== 'release' || one.node !== node),
    );
  }
}

function forgetLine(run: Run, node: number): void {
  const fanout = run.state.fanouts.get(node);
  if (fanout && fanout.made < fanout.total) {
    run.effects.push({ type: 'forget', node });
  }
}

/** A random workflow as the definition that people would write. */
import type { Definition } from '#engine/definition.ts';
import type { Shape, ShapeChild, ShapeNode, ShapePolicies } from './shape.ts';
import type { Window } from './windows.ts';

export function definitionOf(shape: Shape): Definition {
  return {
    schemaVersion: 1,
    onTaskFailure: shape.stop ? 'stop' : 'finish',
    ...(shape.timeoutSeconds === null ? {} : { timeoutSeconds: shape.timeoutSeconds }),
    ...(shape.output === null ? {} : { output: shape.output.json }),
    nodes: shape.nodes.map(definitionNode),
    edges: shape.nodes.flatMap((node) =>
      node.parents.map(({ key, branch }) => ({
        from: key,
        to: node.key,
        ...(branch === null ? {} : { branch }),
      })),
    ),
  };
}

function definitionNode(node: ShapeNode): Definition['nodes'][number] {
  const common = { key: node.key, trigger: node.trigger, disabled: node.disabled };

  switch (node.type) {
    case 'start':
    case 'end':
      return { ...common, type: node.type };
    case 'route':
      return {
        ...common,
        type: 'route',
        mode: node.first ? 'first' : 'all',
        cases: node.cases.map(({ key, when }) => ({ key, when: when.cel })),
      };
    case 'wait':
      return {
        ...common,
        type: 'wait',
        ...definitionWait(node),
      };
    case 'signal':
      return {
        ...common,
        type: 'signal',
        signal: node.signal,
        approval: node.approval,
        onFailure: node.tolerated ? 'continue' : 'fail',
        ...(node.timeoutSeconds === null ? {} : { timeoutSeconds: node.timeoutSeconds }),
        ...(node.fallback === null ? {} : { default: node.fallback }),
      };
    case 'task':
      return {
        ...common,
        ...runBy(node.work),
        ...policiesOf(node),
        ...(node.input === null ? {} : { input: node.input.json }),
      };
    case 'workflow':
      return {
        ...common,
        type: 'workflow',
        ...definitionChild(node.child),
        wait: node.child.wait,
        ...policiesOf(node),
        ...(node.input === null ? {} : { input: node.input.json }),
      };
    case 'fanout':
      return {
        ...common,
        type: 'fanout',
        ...(node.child === null ? { work: node.work } : definitionChild(node.child)),
        ...(node.input === null ? {} : { input: node.input.json }),
        ...policiesOf(node),
        items: node.items.cel,
        maxParallel: node.maxParallel,
        tolerance: node.tolerance,
      };
  }
}

/** Until a moment, or for some seconds, or for its window alone. */
function definitionWait(node: Extract<ShapeNode, { type: 'wait' }>) {
  if (node.until !== null) {
    return { until: node.until.cel };
  }
  return node.window === null ? { seconds: node.seconds } : definitionWindow(node);
}

/** What the executors would do with it is not asked here. */
const NODE_OF = {
  '#script': { type: 'script', script: 'return 1' },
  '#http': {
    type: 'http',
    submit: { url: 'http://service.test/jobs' },
    status: { url: 'http://service.test/jobs/1', succeededWhen: 'true' },
  },
  '#notify': { type: 'notify', url: 'http://receiver.test' },
} as const;

function runBy(work: ShapePolicies['work']) {
  return work === '#script' || work === '#http' || work === '#notify'
    ? NODE_OF[work]
    : ({ type: 'task', work } as const);
}

function definitionChild({ workflow, pinned, objectId }: ShapeChild) {
  return {
    workflow,
    ...(pinned ? { version: 1 } : {}),
    ...(objectId === null ? {} : { objectId: objectId.json }),
  };
}

function definitionWindow({ window }: { readonly window: Window | null }) {
  if (window === null) {
    return {};
  }
  const { from, to, timeZone } = window;
  return { window: { from, to, timeZone } };
}

function policiesOf(node: ShapePolicies) {
  const { delaySeconds, tolerated, priority, retry, runSeconds } = node;
  return {
    delaySeconds,
    ...definitionWindow(node),
    onFailure: tolerated ? ('continue' as const) : ('fail' as const),
    priority,
    ...(retry === null ? {} : { retry: { ...retry, backoff: 'fixed' as const } }),
    ...(runSeconds === null ? {} : { timeouts: { runSeconds } }),
  };
}

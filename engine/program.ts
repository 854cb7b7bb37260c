import { compileExpression, type Expression } from './expression/expression.ts';
import { compileTemplate, type Template } from './expression/template.ts';
import type { Json } from './json.ts';
import { isRunnable, type Plan, type PlanNode } from './plan.ts';
import { restoreImplied } from './plan/implied.ts';

/** A plan with its expressions compiled, ready to run. Made once per version and process; immutable. */
export type Program = {
  readonly plan: Plan;
  /** The same with the edges that others imply, for runs that a person touched; null: there are none. */
  readonly whole: Program | null;
  /** Node index by key. */
  readonly index: ReadonlyMap<string, number>;
  readonly nodes: readonly ProgramNode[];
  /** Nodes that run at once when an instance starts. */
  readonly roots: readonly number[];
  readonly output: Template | null;
  /** Whether any expression reads the instance's input or context, which are loaded only then. */
  readonly reads: { readonly input: boolean; readonly context: boolean };
};

export type ProgramNode = {
  readonly plan: PlanNode;
  /** What its task gets: see `inputOf`. */
  readonly input: Template | null;
  /** Of a `wait`: how many seconds, or until when. */
  readonly due: Template | null;
  readonly items: Expression | null;
  readonly cases: readonly { readonly key: string; readonly when: Expression }[];
};

/** @throws Error if an expression does not compile; publishing refuses such a definition. */
export function compileProgram(plan: Plan): Program {
  const nodes = plan.nodes.map((node): ProgramNode => ({
    plan: node,
    input: inputOf(node),
    due: node.type === 'wait' ? optional(node.until ?? node.seconds) : null,
    items: node.type === 'fanout' ? expression(node.items) : null,
    cases:
      node.type === 'route'
        ? node.cases.map(({ key, when }) => ({ key, when: expression(when) }))
        : [],
  }));
  const output = plan.output === null ? null : template(plan.output);

  const references = [
    ...nodes.flatMap((node) => [
      ...(node.input ? [node.input.references] : []),
      ...(node.due ? [node.due.references] : []),
      ...(node.items ? [node.items.references] : []),
      ...node.cases.map((branch) => branch.when.references),
    ]),
    ...(output ? [output.references] : []),
  ];

  const program: Omit<Program, 'whole'> = {
    plan,
    index: new Map(plan.nodes.map((node, index) => [node.key, index])),
    nodes,
    roots: plan.nodes.flatMap((node, index) =>
      node.parents.length === 0 || node.trigger === 'always' ? [index] : [],
    ),
    output,
    reads: {
      input: references.some(({ input }) => input),
      context: references.some(({ context }) => context),
    },
  };

  const whole = restoreImplied(plan);
  return { ...program, whole: whole === null ? null : { ...program, plan: whole, whole: null } };
}

/** A child instance is made of an object id and an input; whoever answers a signal sees what is asked, and what holds if nobody does. */
function inputOf(node: PlanNode): Template | null {
  if (!isRunnable(node)) {
    return null;
  }
  switch (node.type) {
    case 'workflow':
    case 'fanout': {
      const { child } = node;
      return child === null
        ? optional(node.input)
        : template({
            objectId: child.objectId ?? '{{ object.id }}',
            input: node.input ?? (node.type === 'fanout' ? '{{ item }}' : {}),
          });
    }
    case 'signal': {
      const { signal, approval, prompt, fallback } = node;
      return template({
        signal,
        approval,
        prompt,
        ...(fallback === null ? {} : { default: fallback.payload }),
      });
    }
    case 'task':
    case 'script':
    case 'wait':
    case 'http':
    case 'notify':
      return optional(node.input);
  }
}

function optional(value: Json | null): Template | null {
  return value === null ? null : template(value);
}

function expression(source: string): Expression {
  const compiled = compileExpression(source);
  if (!compiled.ok) {
    throw new Error(`expression "${source}": ${compiled.error.message}`);
  }
  return compiled.expression;
}

function template(value: Json): Template {
  const compiled = compileTemplate(value);
  if (!compiled.ok) {
    throw new Error(`template: ${compiled.errors.map(({ message }) => message).join('; ')}`);
  }
  return compiled.template;
}

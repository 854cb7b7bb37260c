import { compileExpression, type Expression } from './expression/expression.ts';
import { compileTemplate, type Template } from './expression/template.ts';
import type { Json } from './json.ts';
import { isRunnable, type Plan, type PlanNode } from './plan.ts';

/** A plan with its expressions compiled, ready to run. Made once per version and process; immutable. */
export type Program = {
  readonly plan: Plan;
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
  readonly input: Template | null;
  readonly items: Expression | null;
  readonly cases: readonly { readonly key: string; readonly when: Expression }[];
};

/** @throws Error if an expression does not compile; publishing refuses such a definition. */
export function compileProgram(plan: Plan): Program {
  const nodes = plan.nodes.map((node): ProgramNode => ({
    plan: node,
    input: isRunnable(node) && node.input !== null ? template(node.input) : null,
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
      ...(node.items ? [node.items.references] : []),
      ...node.cases.map((branch) => branch.when.references),
    ]),
    ...(output ? [output.references] : []),
  ];

  return {
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

import { type Definition, MAX_EDGES, MAX_NODES } from './definition.ts';
import type { Problem } from './problem.ts';
import type { Known } from './validation/known.ts';
import { checkMeaning } from './validation/meaning.ts';
import { checkSchema } from './validation/schema.ts';
import { checkSettings } from './validation/settings.ts';
import { readSketch } from './validation/sketch.ts';
import { checkStructure } from './validation/structure.ts';
import { checkWorkflows } from './validation/workflows.ts';

export { findCycle } from './validation/graph.ts';
export type { Known, KnownWorkflow } from './validation/known.ts';

/**
 * Finds everything that is wrong with a definition at once, errors before warnings. The canvas, `POST …/draft/validate` and publishing
 * all show this list. Never throws, whatever it is given.
 *
 * @returns the definition only if nothing but warnings was found: it can be compiled and published
 */
export function validateDefinition(
  document: unknown,
  known: Known,
): { problems: Problem[]; definition: Definition | null } {
  const schema = checkSchema(document);
  const sketch = readSketch(document);
  const problems: Problem[] = [...schema.problems];

  if (schema.definition?.nodes.length === 0) {
    problems.push({
      code: 'no_nodes',
      severity: 'error',
      message: 'The workflow has no nodes.',
      pointer: '/nodes',
    });
  }
  // Beyond these the schema has said so, and the rest is not worth the time.
  if (sketch.nodes.length <= MAX_NODES && sketch.edges.length <= MAX_EDGES) {
    problems.push(
      ...checkStructure(sketch),
      ...checkSettings(sketch, known.guard),
      ...checkMeaning(sketch, known),
      ...(known.workflows ? checkWorkflows(sketch, known.workflows) : []),
    );
  }

  const errors = problems.filter(({ severity }) => severity === 'error');
  const warnings = problems.filter(({ severity }) => severity === 'warning');
  return {
    problems: [...errors, ...warnings],
    definition: errors.length === 0 ? schema.definition : null,
  };
}

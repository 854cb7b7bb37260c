import type { GraphNode } from '../../canvas/graph.ts';
import type { Alternative, FormSection } from '../../canvas/kinds/kind.ts';
import { firstValueOf } from './first_values.ts';

/** The alternative that a node uses: the first that it says; else the first of all. */
export function chosenOf(
  node: GraphNode,
  alternatives: readonly Alternative[],
): Alternative | undefined {
  return (
    alternatives.find(({ field }) => field !== null && node[field] !== undefined) ?? alternatives[0]
  );
}

/** What the fields become when an alternative is chosen: its own begin, those of the others go. */
export function valuesOf(
  alternatives: readonly Alternative[],
  chosen: Alternative,
): Readonly<Record<string, unknown>> {
  const others = alternatives.filter((other) => other !== chosen).flatMap(fieldsOf);

  return {
    ...(chosen.field !== null && { [chosen.field]: firstValueOf(chosen.field) }),
    ...Object.fromEntries(others.map((field) => [field, undefined])),
  };
}

/** The fields that the form shows: not those of alternatives that are not used, unless the node says them all the same. */
export function shownFields(section: FormSection, node: GraphNode): readonly string[] {
  const { fields, alternatives = [] } = section;
  const chosen = chosenOf(node, alternatives);
  const hidden = alternatives
    .filter((other) => other !== chosen)
    .flatMap(fieldsOf)
    .filter((field) => node[field] === undefined);

  return fields.filter((field) => !hidden.includes(field));
}

function fieldsOf({ field, along = [] }: Alternative): readonly string[] {
  return field === null ? along : [field, ...along];
}

'use client';

import type { GraphNode } from '../../canvas/graph.ts';
import type { Alternative } from '../../canvas/kinds/kind.ts';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Input.tsx';
import { useEditable, useEditor } from '../editor/context.ts';
import { chosenOf, valuesOf } from '../form/alternatives.ts';
import { useAlternativeWords } from '../words.ts';

/** In which of several ways the node says something. Choosing another gives up what this one said: one step, which can be undone. */
export function AlternativesField({
  node,
  alternatives,
}: {
  node: GraphNode;
  alternatives: readonly Alternative[];
}) {
  const words = useAlternativeWords(node.type);
  const editor = useEditor();
  const editable = useEditable();

  function choose(name: string) {
    const chosen = alternatives.find((one) => nameOf(one) === name);
    if (chosen === undefined) return;

    const values = valuesOf(alternatives, chosen);
    editor.run({ type: 'changeFields', node: node.key, values });
  }

  return (
    <Field label={words.label}>
      {(control) => (
        <Select
          {...control}
          disabled={!editable}
          value={nameOf(chosenOf(node, alternatives))}
          onChange={({ target }) => choose(target.value)}
        >
          {alternatives.map((one) => (
            <option key={nameOf(one)} value={nameOf(one)}>
              {words.option(nameOf(one))}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

function nameOf(alternative: Alternative | undefined): string {
  return alternative?.field ?? 'none';
}

'use client';

import type { GraphNode } from '../../canvas/graph.ts';
import type { Alternative } from '../../canvas/kinds/kind.ts';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Input.tsx';
import { useEditable, useEditor } from '../editor/context.ts';
import { chosenOf, valuesOf } from '../form/alternatives.ts';
import { useAlternativeWords } from '../words.ts';
import { useFieldError } from './FormField.tsx';

/** In which of several ways the node says something. Choosing another gives up what this one said: one step, which can be undone. */
export function AlternativesField({
  node,
  alternatives,
  pointer,
}: {
  node: GraphNode;
  alternatives: readonly Alternative[];
  pointer: string;
}) {
  const words = useAlternativeWords(node.type);
  const editor = useEditor();
  const editable = useEditable();

  // A flag has no field of its own to say what is wrong with it.
  const flag = alternatives.find(({ field }) => field !== null && node[field] === true);
  const error = useFieldError(`${pointer}/${flag?.field ?? ' '}`);

  function choose(name: string) {
    const chosen = alternatives.find((one) => nameOf(one) === name);
    if (chosen === undefined) return;

    const values = valuesOf(alternatives, chosen);
    editor.run({ type: 'changeFields', node: node.key, values });
  }

  return (
    <Field label={words.label} error={error}>
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

'use client';

import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import { nodeKey } from '#engine/definition.ts';
import type { GraphNode } from '../../canvas/graph.ts';
import type { FormSection } from '../../canvas/kinds/kind.ts';
import { kindOf } from '../../canvas/kinds/registry.ts';
import { titleOf } from '../../canvas/read.ts';
import { Field, FieldError } from '../../ui/Field.tsx';
import { useDocument, useEditable, useEditor } from '../editor/context.ts';
import { shownFields } from '../form/alternatives.ts';
import { factsOf } from '../form/facts.ts';
import { nodeOf } from '../model/document.ts';
import { useProblemsAt } from '../problems/context.ts';
import { useProblemSentence } from '../problems/problem_text.ts';
import { useFieldWords } from '../words.ts';
import { AlternativesField } from './AlternativesField.tsx';
import { CasesField } from './CasesField.tsx';
import { KeyInput } from './controls.tsx';
import { FormContext } from './form_target.ts';
import { FormField, useFieldError } from './FormField.tsx';
import { NodeActions } from './NodeActions.tsx';

export function NodePanel({ node }: { node: GraphNode }) {
  const t = useTranslations('designer');
  const editor = useEditor();
  const document = useDocument();
  const kind = kindOf(node.type);
  const pointer = `/nodes/${document.nodes.indexOf(node)}`;

  const target = useMemo(
    () => ({
      scope: 'fields' as const,
      root: node,
      pointer,
      change: (path: readonly (string | number)[], value: unknown) =>
        void editor.run({ type: 'change', node: node.key, path, value }),
    }),
    [editor, node, pointer],
  );

  return (
    <FormContext value={target}>
      <header className="flex items-center gap-2 px-4 pt-3">
        <span
          data-tone={kind.tone}
          className="grid size-7 shrink-0 place-items-center rounded-md border border-tone-line bg-tone-soft text-tone"
        >
          <kind.Icon aria-hidden className="size-4" />
        </span>
        <div className="min-w-0">
          <h2 className="truncate text-sm font-semibold">{titleOf(node)}</h2>
          <p className="text-xs text-muted">{t(`kinds.${node.type}.about`)}</p>
        </div>
      </header>
      <NodeActions nodes={[node]} />
      <NodeProblems pointer={pointer} />
      {kind.form.map((section) => (
        <Section
          key={`${node.key} ${section.section}`}
          node={node}
          section={section}
          pointer={pointer}
        />
      ))}
    </FormContext>
  );
}

function Section({
  node,
  section,
  pointer,
}: {
  node: GraphNode;
  section: FormSection;
  pointer: string;
}) {
  const t = useTranslations('designer.sections');
  // Only where it begins: it must not fold up under the hands of who empties its last field.
  const [open] = useState(
    section.folded !== true || section.fields.some((name) => node[name] !== undefined),
  );

  return (
    <details open={open} className="group border-t">
      <summary className="cursor-pointer px-4 py-2 text-xs font-semibold text-muted select-none hover:text-text">
        {t(section.section)}
      </summary>
      <div className="flex flex-col gap-3 px-4 pt-1 pb-4">
        {section.alternatives !== undefined && (
          <AlternativesField node={node} alternatives={section.alternatives} pointer={pointer} />
        )}
        {shownFields(section, node).map((name) => (
          <SectionField key={name} node={node} section={section} name={name} pointer={pointer} />
        ))}
      </div>
    </details>
  );
}

function SectionField({
  node,
  section,
  name,
  pointer,
}: {
  node: GraphNode;
  section: FormSection;
  name: string;
  pointer: string;
}) {
  if (name === 'key') return <KeyField node={node} pointer={`${pointer}/key`} />;
  if (name === 'cases') return <CasesField node={node} pointer={pointer} />;

  const facts = factsOf(kindOf(node.type).schema, name);
  const isAlternative = section.alternatives?.some(({ field }) => field === name) === true;
  // A flag says no more than that it was chosen.
  if (isAlternative && facts.shape.is === 'boolean') return null;

  return <FormField facts={isAlternative ? { ...facts, required: true } : facts} />;
}

/** What is wrong with the node as a whole rather than with one of its fields. */
function NodeProblems({ pointer }: { pointer: string }) {
  const say = useProblemSentence();
  const own = useProblemsAt(pointer).filter((problem) => problem.pointer === pointer);

  return own.length === 0 ? null : (
    <div className="px-4 pb-3">
      <FieldError>{own.map(say).join(' ')}</FieldError>
    </div>
  );
}

/** Renaming takes every edge and every expression along. */
function KeyField({ node, pointer }: { node: GraphNode; pointer: string }) {
  const t = useTranslations('designer.inspector');
  const words = useFieldWords('fields');
  const editor = useEditor();
  const editable = useEditable();

  function refuse(key: string): string | undefined {
    if (!nodeKey.safeParse(key).success) return t('keyInvalid');
    return nodeOf(editor.document(), key) === undefined ? undefined : t('keyTaken');
  }

  return (
    <Field
      label={words.label('key')}
      hint={words.hint('key', { key: node.key })}
      error={useFieldError(pointer)}
      required
    >
      {(control) => (
        <KeyInput
          control={control}
          value={node.key}
          disabled={!editable}
          refuse={refuse}
          onCommit={(to) => editor.run({ type: 'rename', from: node.key, to })}
        />
      )}
    </Field>
  );
}

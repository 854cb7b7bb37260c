'use client';

import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { GraphNode } from '../../canvas/graph.ts';
import { casesOf, type CaseFields } from '../../canvas/read.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { FieldError } from '../../ui/Field.tsx';
import { Input } from '../../ui/Input.tsx';
import { useEditable, useEditor } from '../editor/context.ts';
import { refuseCaseKey } from '../model/cases.ts';
import { freeKey } from '../model/keys.ts';
import { useProblemsAt } from '../problems/context.ts';
import { useProblemSentence } from '../problems/problem_text.ts';
import { ExpressionInput, KeyInput } from './controls.tsx';

/** The cases of a route, in the order in which they are tried. */
export function CasesField({ node, pointer }: { node: GraphNode; pointer: string }) {
  const t = useTranslations('designer.inspector');
  const editor = useEditor();
  const editable = useEditable();
  const cases = casesOf(node);

  function add() {
    const key = freeKey('case', new Set(cases.map((entry) => entry.key)));
    editor.run({
      type: 'change',
      node: node.key,
      path: ['cases', cases.length],
      value: { key, when: 'true' },
    });
  }

  return (
    <div className="flex flex-col gap-2">
      <ol className="flex flex-col gap-2">
        {cases.map((entry, index) => (
          <CaseRow
            // Cases have no identity but their place; keys may be missing or double in a draft.
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            node={node}
            entry={entry}
            index={index}
            last={index === cases.length - 1}
            pointer={`${pointer}/cases/${index}`}
          />
        ))}
      </ol>
      <p className="rounded-md border border-dashed px-2.5 py-1.5 text-xs text-muted">
        {t('otherwise')}
      </p>
      {editable && (
        <Button size="sm" icon={Plus} className="self-start" onClick={add}>
          {t('addCase')}
        </Button>
      )}
    </div>
  );
}

function CaseRow({
  node,
  entry,
  index,
  last,
  pointer,
}: {
  node: GraphNode;
  entry: CaseFields;
  index: number;
  last: boolean;
  pointer: string;
}) {
  const t = useTranslations('designer.inspector');
  const fields = useTranslations('designer.fields');
  const editor = useEditor();
  const editable = useEditable();
  const problems = useProblemsAt(pointer);
  const say = useProblemSentence();
  const number = index + 1;
  const wrong = problems.filter(({ severity }) => severity === 'error');
  const change = (field: string, value: string | undefined) =>
    editor.run({ type: 'change', node: node.key, path: ['cases', index, field], value });

  return (
    <li className="flex flex-col gap-1.5 rounded-md border p-2">
      <div className="flex items-center gap-1">
        <span className="flex-1 text-xs font-medium">{t('case', { number })}</span>
        {editable && (
          <>
            <IconButton
              size="sm"
              icon={ArrowUp}
              label={t('caseUp', { number })}
              disabled={index === 0}
              onClick={() => editor.run({ type: 'moveCase', node: node.key, index, by: -1 })}
            />
            <IconButton
              size="sm"
              icon={ArrowDown}
              label={t('caseDown', { number })}
              disabled={last}
              onClick={() => editor.run({ type: 'moveCase', node: node.key, index, by: 1 })}
            />
            <IconButton
              size="sm"
              icon={Trash2}
              label={t('removeCase', { number })}
              onClick={() => editor.run({ type: 'removeCase', node: node.key, index })}
            />
          </>
        )}
      </div>
      <div className="grid grid-cols-2 gap-1.5">
        <div className="flex flex-col gap-1">
          <KeyInput
            control={{}}
            label={t('caseKey', { number })}
            value={entry.key}
            disabled={!editable}
            refuse={(key) => {
              const refusal = refuseCaseKey(node, index, key);
              if (refusal === null) return undefined;
              return refusal === 'taken' ? t('caseTaken') : t('caseInvalid');
            }}
            onCommit={(to) => editor.run({ type: 'renameCase', node: node.key, index, to })}
          />
        </div>
        <Input
          aria-label={t('caseName', { number })}
          placeholder={fields('name.label')}
          readOnly={!editable}
          maxLength={200}
          autoComplete="off"
          value={entry.name ?? ''}
          onChange={({ target }) => change('name', target.value === '' ? undefined : target.value)}
        />
      </div>
      <ExpressionInput
        control={{
          'aria-invalid': wrong.some((problem) => problem.pointer.startsWith(`${pointer}/when`)),
        }}
        label={t('caseWhen', { number })}
        value={entry.when}
        disabled={!editable}
        onChange={(text) => change('when', text)}
      />
      {wrong.length > 0 && <FieldError>{wrong.map(say).join(' ')}</FieldError>}
    </li>
  );
}

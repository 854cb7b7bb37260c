'use client';

import { ArrowRight, Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { DEFAULT_BRANCH } from '#engine/definition.ts';
import { edgeId, type GraphEdge } from '../../canvas/graph.ts';
import { casesOf, titleOf } from '../../canvas/read.ts';
import { Button } from '../../ui/Button.tsx';
import { Field, FieldError } from '../../ui/Field.tsx';
import { Select } from '../../ui/Input.tsx';
import { useUi } from '../commands/context.ts';
import { useDocument, useEditable, useEditor } from '../editor/context.ts';
import { nodeOf } from '../model/document.ts';
import { useProblemsAt } from '../problems/context.ts';
import { useProblemSentence } from '../problems/problem_text.ts';

export function EdgePanel({ edge }: { edge: GraphEdge }) {
  const t = useTranslations('designer.inspector');
  const editor = useEditor();
  const editable = useEditable();
  const ui = useUi();
  const document = useDocument();
  const say = useProblemSentence();
  const problems = useProblemsAt(`/edges/${document.edges.indexOf(edge)}`);
  const from = nodeOf(document, edge.from);
  const isRoute = from?.type === 'route';

  return (
    <div className="flex flex-col gap-4 p-4">
      <h2 className="text-sm font-semibold">{t('edge')}</h2>
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <EndButton label={t('from')} nodeKey={edge.from} />
        <ArrowRight aria-hidden className="size-4 text-faint" />
        <EndButton label={t('to')} nodeKey={edge.to} />
      </div>
      {isRoute && <BranchField edge={edge} />}
      {problems.length > 0 && <FieldError>{problems.map(say).join(' ')}</FieldError>}
      {editable && (
        <div className="flex flex-wrap gap-2">
          <Button size="sm" icon={Plus} onClick={() => ui.addBetween(edge)}>
            {t('addBetween')}
          </Button>
          <Button
            size="sm"
            variant="danger"
            icon={Trash2}
            onClick={() => editor.run({ type: 'remove', nodes: [], edges: [edge] })}
          >
            {t('removeEdge')}
          </Button>
        </div>
      )}
    </div>
  );
}

function EndButton({ label, nodeKey }: { label: string; nodeKey: string }) {
  const editor = useEditor();
  const ui = useUi();
  const document = useDocument();
  const title = titleOf(nodeOf(document, nodeKey) ?? { key: nodeKey });

  return (
    <Button
      size="sm"
      aria-label={`${label}: ${title}`}
      className="max-w-40"
      onClick={() => {
        editor.selectNodes(nodeKey);
        ui.reveal(nodeKey);
      }}
    >
      <span className="truncate">{title}</span>
    </Button>
  );
}

/** Another branch of the same route, as long as it does not lead to the same node already. */
function BranchField({ edge }: { edge: GraphEdge }) {
  const t = useTranslations('designer');
  const editor = useEditor();
  const editable = useEditable();
  const document = useDocument();
  const cases = casesOf(nodeOf(document, edge.from) ?? {});
  const known = [
    ...cases.map((entry) => ({ branch: entry.key, name: entry.name ?? entry.key })),
    { branch: DEFAULT_BRANCH, name: t('canvas.defaultBranch') },
  ];
  const options = known.some(({ branch }) => branch === edge.branch)
    ? known
    : [{ branch: edge.branch ?? '', name: edge.branch ?? t('canvas.noBranch') }, ...known];
  const ids = new Set(document.edges.map(edgeId));

  return (
    <Field label={t('inspector.branch')}>
      {(control) => (
        <Select
          {...control}
          disabled={!editable}
          value={edge.branch ?? ''}
          onChange={({ target }) =>
            editor.run({ type: 'reconnect', from: edge, to: { ...edge, branch: target.value } })
          }
        >
          {options.map(({ branch, name }) => (
            <option
              key={branch}
              value={branch}
              disabled={branch !== edge.branch && ids.has(edgeId({ ...edge, branch }))}
            >
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

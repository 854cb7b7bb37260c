'use client';

import { Trash2, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useId, useState, type KeyboardEvent } from 'react';
import { DEFAULT_BRANCH } from '#engine/definition.ts';
import { edgeId, type GraphEdge, type GraphNode } from '../../canvas/graph.ts';
import { kindOf } from '../../canvas/kinds/registry.ts';
import { textOf, titleOf } from '../../canvas/read.ts';
import { useSummaryText } from '../../canvas/useSummaryText.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Input } from '../../ui/Input.tsx';
import { useDocument, useEditable, useEditor, useSelection } from '../editor/context.ts';
import { refuseEdge } from '../model/connect.ts';
import { nodeOf, type Document } from '../model/document.ts';
import { useRefusalText } from '../refusal_text.ts';
import { inOrder } from './order.ts';

/** The same pipeline as a list: every node with what it waits for, all of it editable by keyboard and heard by a screen reader. */
export function OutlineView() {
  const t = useTranslations('designer.outline');
  const document = useDocument();
  const outlets = useId();

  if (document.nodes.length === 0) {
    return <p className="p-8 text-center text-sm text-muted">{t('empty')}</p>;
  }

  return (
    // What only screen readers get is placed absolutely: within the list, not beside the page.
    <div className="relative min-h-0 flex-1 overflow-auto p-4">
      <datalist id={outlets}>
        {outletsOf(document).map(({ text, title }) => (
          <option key={text} value={text}>
            {title}
          </option>
        ))}
      </datalist>
      <table aria-label={t('title')} className="w-full border-collapse text-sm">
        <thead className="text-left text-xs text-muted">
          <tr className="border-b">
            <th scope="col" className="py-1.5 pr-3 font-medium">
              {t('node')}
            </th>
            <th scope="col" className="py-1.5 pr-3 font-medium whitespace-nowrap">
              {t('kind')}
            </th>
            <th scope="col" className="py-1.5 pr-3 font-medium">
              {t('does')}
            </th>
            <th scope="col" className="py-1.5 pr-3 font-medium">
              {t('after')}
            </th>
            <th scope="col" className="w-10 py-1.5">
              <span className="sr-only">{t('actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {inOrder(document.nodes, document.edges, document.layout).map((node) => (
            <NodeRow key={node.key} node={node} outlets={outlets} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NodeRow({ node, outlets }: { node: GraphNode; outlets: string }) {
  const t = useTranslations('designer');
  const editor = useEditor();
  const editable = useEditable();
  const document = useDocument();
  const selected = useSelection().nodes.includes(node.key);
  const kind = kindOf(node.type);
  const summary = kind.summary?.(node);
  const summaryText = useSummaryText();
  const incoming = document.edges.filter((edge) => edge.to === node.key);

  return (
    <tr aria-selected={selected} className="border-b align-top aria-selected:bg-accent-soft">
      <th scope="row" className="py-1.5 pr-3 text-left font-normal">
        <button
          type="button"
          data-outline={node.key}
          aria-pressed={selected}
          onClick={() => editor.selectNodes(node.key)}
          className="flex max-w-72 items-center gap-2 rounded-sm text-left font-medium hover:underline"
        >
          <kind.Icon aria-hidden data-tone={kind.tone} className="size-4 shrink-0 text-tone" />
          <span className="truncate">{titleOf(node)}</span>
          {textOf(node.name) !== undefined && (
            <span className="mono truncate text-xs text-faint">{node.key}</span>
          )}
        </button>
      </th>
      <td className="py-1.5 pr-3 whitespace-nowrap text-muted">{t(`kinds.${node.type}.title`)}</td>
      <td className="max-w-72 truncate py-1.5 pr-3 text-muted">
        {summary !== undefined && summaryText(summary)}
      </td>
      <td className="py-1 pr-3">
        <div className="flex flex-wrap items-start gap-1">
          {incoming.map((edge) => (
            <Dependency key={edgeId(edge)} edge={edge} node={node} />
          ))}
          {editable && kind.entry && <AddDependency node={node} outlets={outlets} />}
        </div>
      </td>
      <td className="py-1">
        {editable && (
          <IconButton
            size="sm"
            icon={Trash2}
            label={t('outline.remove', { title: titleOf(node) })}
            onClick={({ currentTarget }) => {
              focusNeighbour(currentTarget.closest('tr'));
              editor.run({ type: 'remove', nodes: [node.key], edges: [] });
            }}
          />
        )}
      </td>
    </tr>
  );
}

/** The row is about to go: whoever works by keyboard goes on at the next one. */
function focusNeighbour(row: Element | null): void {
  const next = row?.nextElementSibling ?? row?.previousElementSibling;
  next?.querySelector<HTMLElement>('[data-outline]')?.focus();
}

function Dependency({ edge, node }: { edge: GraphEdge; node: GraphNode }) {
  const t = useTranslations('designer.outline');
  const editor = useEditor();
  const editable = useEditable();
  const document = useDocument();
  const before = titleOf(nodeOf(document, edge.from) ?? { key: edge.from });
  const text = edge.branch === undefined ? before : `${before} (${edge.branch})`;

  return (
    <span className="inline-flex h-6 items-center gap-1 rounded-md border bg-sunken pl-2 text-xs">
      {text}
      {editable ? (
        <button
          type="button"
          aria-label={t('removeAfter', { title: titleOf(node), before: text })}
          onClick={({ currentTarget }) => {
            currentTarget.closest('td')?.querySelector('input')?.focus();
            editor.run({ type: 'remove', nodes: [], edges: [edge] });
          }}
          className="grid size-6 place-items-center rounded-md text-faint hover:text-text"
        >
          <X aria-hidden className="size-3" />
        </button>
      ) : (
        <span className="w-2" />
      )}
    </span>
  );
}

/** Takes the key of a node, or `route:case`. */
function AddDependency({ node, outlets }: { node: GraphNode; outlets: string }) {
  const t = useTranslations('designer.outline');
  const editor = useEditor();
  const refusalText = useRefusalText();
  const [text, setText] = useState('');
  const [refusal, setRefusal] = useState<string | undefined>();

  function connect(typed: string) {
    const document = editor.document();
    const key = typed.trim();
    const outlet =
      outletsOf(document).find((each) => each.text === key)?.outlet ??
      (nodeOf(document, key) === undefined ? undefined : { from: key });

    if (outlet === undefined) {
      setRefusal(t('unknown', { key }));
      return;
    }

    const edge = { ...outlet, to: node.key };
    const refused = refuseEdge(document, edge);
    if (refused !== null) {
      setRefusal(refusalText(refused));
      return;
    }

    editor.run({ type: 'connect', edge });
    setText('');
    setRefusal(undefined);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing && text.trim() !== '') {
      event.preventDefault();
      connect(text);
    }
  }

  return (
    <span className="flex flex-col gap-1">
      <Input
        aria-label={t('addAfter', { title: titleOf(node) })}
        aria-invalid={refusal !== undefined}
        placeholder={t('addAfterPlaceholder')}
        list={outlets}
        spellCheck={false}
        autoComplete="off"
        className="mono h-6! w-36! text-xs!"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setRefusal(undefined);
          // Chosen from the list, not typed: no key press will follow.
          if (!('inputType' in event.nativeEvent)) connect(event.target.value);
        }}
        onKeyDown={onKeyDown}
      />
      {refusal !== undefined && (
        <span role="alert" data-tone="bad" className="max-w-60 text-xs text-tone">
          {refusal}
        </span>
      )}
    </span>
  );
}

type NamedOutlet = {
  readonly text: string;
  readonly title: string;
  readonly outlet: Omit<GraphEdge, 'to'>;
};

/** Every way out of every node: `key`, or `key:branch` out of a route. */
function outletsOf(document: Document): readonly NamedOutlet[] {
  return document.nodes.flatMap((node) =>
    kindOf(node.type)
      .exits(node, [])
      .map(({ branch, label }) => ({
        text: branch === undefined ? node.key : `${node.key}:${branch}`,
        title: [titleOf(node), label ?? (branch === DEFAULT_BRANCH ? DEFAULT_BRANCH : undefined)]
          .filter((part) => part !== undefined)
          .join(' › '),
        outlet: { from: node.key, ...(branch !== undefined && { branch }) },
      })),
  );
}

'use client';

import { useTranslations } from 'next-intl';
import { edgeId } from '../../canvas/graph.ts';
import { useDocument, useEditable, useSelection } from '../editor/context.ts';
import { EdgePanel } from './EdgePanel.tsx';
import { NodeActions } from './NodeActions.tsx';
import { NodePanel } from './NodePanel.tsx';
import { WorkflowPanel } from './WorkflowPanel.tsx';

/** The form of what is selected: a node, an edge, several nodes, or the workflow itself. */
export function Inspector() {
  const t = useTranslations('designer.inspector');
  const editable = useEditable();

  return (
    <section
      id="inspector"
      aria-label={t('title')}
      // What is there for screen readers only is placed within it, or it would make the page itself scroll.
      className="relative flex min-h-0 flex-col overflow-y-auto bg-surface"
    >
      {!editable && <p className="border-b px-4 py-2 text-xs text-muted">{t('readOnly')}</p>}
      <Panel />
    </section>
  );
}

function Panel() {
  const t = useTranslations('designer.inspector');
  const document = useDocument();
  const selection = useSelection();
  const nodes = document.nodes.filter((node) => selection.nodes.includes(node.key));
  const edges = document.edges.filter((edge) => selection.edges.includes(edgeId(edge)));
  const [node, ...moreNodes] = nodes;
  const [edge, ...moreEdges] = edges;

  if (node !== undefined && moreNodes.length === 0) return <NodePanel key={node.key} node={node} />;
  if (node === undefined && edge !== undefined && moreEdges.length === 0) {
    return <EdgePanel edge={edge} />;
  }
  if (node === undefined && edge === undefined) return <WorkflowPanel />;

  return (
    <div>
      <h2 className="px-4 pt-4 text-sm font-semibold">
        {t('many', { count: nodes.length })}
        {edges.length > 0 && ` ${t('manyEdges', { count: edges.length })}`}
      </h2>
      <NodeActions nodes={nodes} />
    </div>
  );
}

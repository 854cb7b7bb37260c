'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { InstanceDetail, TaskSummary } from '#api/types.ts';
import { NOTHING_SELECTED } from '../canvas/graph.ts';
import type { Selection } from '../canvas/graph.ts';
import { PipelineCanvas } from '../canvas/PipelineCanvas.tsx';
import { heightOf } from '../workflow/graph_of.ts';
import type { PublishedGraph } from '../workflow/graph_of.ts';
import { SMALL_MAP, StartView } from '../workflow/StartView.tsx';

type InstanceGraphProps = {
  instance: InstanceDetail;
  graph: PublishedGraph;
  selected: string | null;
  onSelect: (key: string | null) => void;
};

/** The drawn pipeline with the state of every node. A fan-out is one node, however many segments it has. */
export function InstanceGraph({ instance, graph, selected, onSelect }: InstanceGraphProps) {
  const t = useTranslations('instance');
  const runs = useMemo(
    () => Object.fromEntries(instance.tasks.map((task) => [task.key, task])),
    [instance.tasks],
  );
  const selection: Selection =
    selected === null ? NOTHING_SELECTED : { nodes: [selected], edges: [] };

  return (
    <div
      className="card overflow-hidden"
      style={{ height: `clamp(22rem, ${heightOf(graph) ?? 600}px, calc(100dvh - 18rem))` }}
    >
      <PipelineCanvas
        label={t('graphOf', { objectId: instance.objectId })}
        nodes={graph.nodes}
        edges={graph.edges}
        layout={graph.layout}
        className={SMALL_MAP}
        runs={runs}
        selection={selection}
        onSelectionChange={(change) => {
          const { nodes } = change(selection);
          const next = nodes.find((key) => key !== selected) ?? nodes[0] ?? null;
          if (next !== selected) {
            onSelect(next);
          }
        }}
        onOpen={onSelect}
      >
        <StartView at={selected ?? instance.tasks.find(isTelling)?.key} />
      </PipelineCanvas>
    </div>
  );
}

/** Where one wants to look first. */
function isTelling({ status }: TaskSummary): boolean {
  return status === 'failed' || status === 'running' || status === 'dispatched';
}

'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { InstanceDetail } from '#api/types.ts';
import { NOTHING_SELECTED } from '../canvas/graph.ts';
import type { Selection } from '../canvas/graph.ts';
import { PipelineCanvas } from '../canvas/PipelineCanvas.tsx';
import type { PublishedGraph } from '../workflow/graph_of.ts';

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
    <div className="card h-[26rem] overflow-hidden sm:h-[calc(100dvh-19rem)] sm:min-h-[28rem]">
      <PipelineCanvas
        label={t('graphOf', { objectId: instance.objectId })}
        nodes={graph.nodes}
        edges={graph.edges}
        layout={graph.layout}
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
      />
    </div>
  );
}

'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { InstanceDetail, TaskSummary } from '#api/types.ts';
import type { Json } from '#engine/json.ts';
import { NOTHING_SELECTED } from '../canvas/graph.ts';
import type { Selection } from '../canvas/graph.ts';
import { PipelineCanvas } from '../canvas/PipelineCanvas.tsx';
import { imagesIn } from '../ui/images.ts';
import { ImageStrip } from '../ui/ImageStrip.tsx';
import { Panel } from '../ui/Panel.tsx';
import { heightOf } from '../workflow/graph_of.ts';
import type { PublishedGraph } from '../workflow/graph_of.ts';
import { KeepInView } from '../workflow/KeepInView.tsx';
import { StartView } from '../workflow/StartView.tsx';

const MOST_PICTURES = 12;

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
    <div className="flex flex-col gap-4">
      <div
        className="card overflow-hidden"
        style={{ height: `clamp(26rem, ${heightOf(graph) ?? 600}px, calc(100dvh - 18rem))` }}
      >
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
        >
          <StartView at={selected ?? instance.tasks.find(isTelling)?.key} />
          <KeepInView at={selected} />
        </PipelineCanvas>
      </div>
      <Pictures output={instance.output} />
    </div>
  );
}

/** What a run has drawn, where one sees it first. */
function Pictures({ output }: { output: Json | null }) {
  const t = useTranslations('instance');
  const images = useMemo(() => imagesIn(output ?? undefined, MOST_PICTURES), [output]);

  return images.length === 0 ? null : (
    <Panel title={t('pictures')}>
      <ImageStrip images={images} large />
    </Panel>
  );
}

/** Where one wants to look first. */
function isTelling({ status }: TaskSummary): boolean {
  return status === 'failed' || status === 'running' || status === 'dispatched';
}

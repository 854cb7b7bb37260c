'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { Version } from '#api/types.ts';
import type { PlanComparison } from '#engine/plan/compare.ts';
import { PipelineCanvas } from '../../canvas/PipelineCanvas.tsx';
import { Loaded } from '../../query/Loaded.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { graphOf, heightOf, type PublishedGraph } from '../graph_of.ts';
import { StartView } from '../StartView.tsx';
import { planQuery } from './queries.ts';

/** The pipeline as it was drawn beside the plan that the engine runs, and what was left out of it. */
export function PlanGraph({ workflow, published }: { workflow: string; published: Version }) {
  const query = useQuery(planQuery(workflow, published.version));

  return (
    <Loaded query={query} framed={false} skeleton={<Skeleton className="m-4 h-96" />}>
      {(comparison) => <SideBySide published={published} comparison={comparison} />}
    </Loaded>
  );
}

function SideBySide({ published, comparison }: { published: Version; comparison: PlanComparison }) {
  const t = useTranslations('plan');
  const drawn = useMemo(() => graphOf(published.definition), [published.definition]);
  const plan = useMemo(() => planned(drawn, comparison), [drawn, comparison]);

  return (
    <>
      <div className="grid divide-x max-lg:grid-cols-1 max-lg:divide-x-0 max-lg:divide-y lg:grid-cols-2">
        <Side title={t('drawn')} graph={drawn} />
        <Side title={t('plan')} graph={plan} />
      </div>
      <Removed removed={comparison.removed} />
    </>
  );
}

function Side({ title, graph }: { title: string; graph: PublishedGraph }) {
  return (
    <figure className="flex min-w-0 flex-col">
      <figcaption className="border-b px-4 py-1.5 text-xs font-medium text-muted">
        {title}
      </figcaption>
      <div style={{ height: `clamp(18rem, ${heightOf(graph) ?? 480}px, 30rem)` }}>
        <PipelineCanvas label={title} nodes={graph.nodes} edges={graph.edges} layout={graph.layout}>
          <StartView />
        </PipelineCanvas>
      </div>
    </figure>
  );
}

/** The nodes that are left keep their places, so that the two graphs can be compared. */
function planned(drawn: PublishedGraph, { plan }: PlanComparison): PublishedGraph {
  const kept = new Set(plan.nodes.map(({ key }) => key));

  return {
    nodes: drawn.nodes.filter(({ key }) => kept.has(key)),
    edges: plan.edges.map(({ from, to, branch }) => ({
      from,
      to,
      ...(branch !== null && { branch }),
    })),
    layout: drawn.layout,
  };
}

function Removed({ removed }: Pick<PlanComparison, 'removed'>) {
  const t = useTranslations('plan');

  return (
    <div className="border-t px-4 py-3 text-sm">
      <h3 className="mb-1 text-xs font-medium text-muted">{t('removed')}</h3>
      {removed.length === 0 ? (
        <p className="text-muted">{t('nothing')}</p>
      ) : (
        <ul className="flex flex-col gap-1">
          {removed.map(({ kind, node, edge, via }) => {
            const name = node ?? `${edge?.from} → ${edge?.to}`;
            return (
              <li key={`${kind} ${name}`}>
                <span className="mono font-medium">{name}</span>{' '}
                <span className="text-muted">
                  {t(`kinds.${kind}`, { via: (via ?? []).join(' → ') })}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

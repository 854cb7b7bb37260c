'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { Version } from '#api/types.ts';
import { PipelineCanvas } from '../canvas/PipelineCanvas.tsx';
import { Loaded } from '../query/Loaded.tsx';
import { Skeleton } from '../ui/states.tsx';
import { graphOf } from './graph_of.ts';
import { versionQuery } from './queries.ts';

const HEIGHT = 'h-[26rem] sm:h-[34rem]';

/** The published version, to look at. */
export function PublishedGraph({ workflow, version }: { workflow: string; version: number }) {
  const query = useQuery(versionQuery(workflow, version));

  return (
    <Loaded query={query} skeleton={<Skeleton className={HEIGHT} />}>
      {(published) => <Graph workflow={workflow} published={published} />}
    </Loaded>
  );
}

function Graph({ workflow, published }: { workflow: string; published: Version }) {
  const t = useTranslations('workflow');
  const graph = useMemo(() => graphOf(published.definition), [published.definition]);

  return (
    <div className={`card overflow-hidden ${HEIGHT}`}>
      <PipelineCanvas
        label={t('graphOf', { workflow, version: published.version })}
        nodes={graph.nodes}
        edges={graph.edges}
        layout={graph.layout}
      />
    </div>
  );
}

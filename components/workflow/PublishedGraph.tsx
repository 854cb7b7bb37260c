'use client';

import { useQuery } from '@tanstack/react-query';
import { Columns2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { parseAsBoolean, parseAsInteger, useQueryState } from 'nuqs';
import { useMemo } from 'react';
import type { Version, Workflow } from '#api/types.ts';
import { PipelineCanvas } from '../canvas/PipelineCanvas.tsx';
import { Loaded } from '../query/Loaded.tsx';
import { Button } from '../ui/Button.tsx';
import { Select } from '../ui/Input.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Skeleton } from '../ui/states.tsx';
import { graphOf, heightOf } from './graph_of.ts';
import { PlanGraph } from './plan/PlanGraph.tsx';
import { versionQuery, versionsQuery } from './queries.ts';
import { StartView } from './StartView.tsx';

type PublishedGraphProps = { workflow: Workflow; published: number };

/** A published version, to look at: the newest, or the one that the URL names. */
export function PublishedGraph({ workflow, published }: PublishedGraphProps) {
  const t = useTranslations('workflow');
  const [chosen, setChosen] = useQueryState(
    'version',
    parseAsInteger.withOptions({ history: 'push' }),
  );
  const [beside, setBeside] = useQueryState('plan', parseAsBoolean.withDefault(false));
  const version = chosen ?? published;
  const query = useQuery(versionQuery(workflow.key, version));
  const { data: versions } = useQuery(versionsQuery(workflow.key));

  return (
    <Panel
      title={t('pipeline')}
      bodyClassName="overflow-hidden rounded-b-lg"
      className="self-start"
      aside={
        <span className="flex items-center gap-2">
          <Button
            size="sm"
            variant="ghost"
            icon={Columns2}
            aria-pressed={beside}
            onClick={() => void setBeside(beside ? null : true)}
          >
            {t('besidePlan')}
          </Button>
          <Select
            aria-label={t('shownVersion')}
            className="w-40"
            value={version}
            onChange={(event) => {
              const next = Number(event.target.value);
              void setChosen(next === published ? null : next);
            }}
          >
            {(versions?.data ?? [{ version }]).map((each) => (
              <option key={each.version} value={each.version}>
                {each.version === published
                  ? t('currentVersion', { version: each.version })
                  : t('otherVersion', { version: each.version })}
              </option>
            ))}
          </Select>
        </span>
      }
    >
      <Loaded query={query} framed={false} skeleton={<Skeleton className="m-4 h-96" />}>
        {(found) =>
          beside ? (
            <PlanGraph key={found.version} workflow={workflow.key} published={found} />
          ) : (
            <Graph key={found.version} workflow={workflow.key} published={found} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function Graph({ workflow, published }: { workflow: string; published: Version }) {
  const t = useTranslations('workflow');
  const graph = useMemo(() => graphOf(published.definition), [published.definition]);

  return (
    <div style={{ height: `clamp(20rem, ${heightOf(graph) ?? 560}px, 36rem)` }}>
      <PipelineCanvas
        label={t('graphOf', { workflow, version: published.version })}
        nodes={graph.nodes}
        edges={graph.edges}
        layout={graph.layout}
      >
        <StartView />
      </PipelineCanvas>
    </div>
  );
}

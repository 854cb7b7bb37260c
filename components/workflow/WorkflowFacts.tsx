'use client';

import { useQuery } from '@tanstack/react-query';
import { ListTree } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import type { Workflow } from '#api/types.ts';
import { instancesQuery } from '../instance/queries.ts';
import { WaitingBadge } from '../instance/WaitingBadge.tsx';
import { Loaded } from '../query/Loaded.tsx';
import { InstanceStatusBadge } from '../status/StatusBadge.tsx';
import { Fact, Facts, Panel } from '../ui/Panel.tsx';
import { EmptyState, Skeleton } from '../ui/states.tsx';
import { RelativeTime } from '../ui/Time.tsx';
import { SlotBar } from './SlotBar.tsx';
import { WorkflowForecast } from './WorkflowForecast.tsx';

const LAST = 8;

/** What a workflow is doing now, and how its last runs went. */
export function WorkflowFacts({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('workflow');
  const format = useFormatter();

  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Panel title={t('now')}>
        <Facts>
          <Fact label={t('running')}>
            <SlotBar running={workflow.running} limit={workflow.maxRunning} />
          </Fact>
          <Fact label={t('queued')}>{format.number(workflow.queued)}</Fact>
          <Fact label={t('failed24h')}>{format.number(workflow.failed24h)}</Fact>
          <Fact label={t('limit')}>
            {workflow.maxRunning === 0 ? t('noLimit') : format.number(workflow.maxRunning)}
          </Fact>
          <Fact label={t('order')}>{t(`orders.${workflow.order}`)}</Fact>
        </Facts>
      </Panel>
      <WorkflowForecast workflow={workflow} />
      <LastInstances workflow={workflow.key} />
    </div>
  );
}

function LastInstances({ workflow }: { workflow: string }) {
  const t = useTranslations('workflow');
  const query = useQuery(instancesQuery({ workflow }, null, LAST));

  return (
    <Panel
      title={t('lastInstances')}
      bodyClassName="p-0"
      aside={
        <Link
          href={`/instances?workflow=${workflow}`}
          className="text-xs text-accent hover:underline"
        >
          {t('all')}
        </Link>
      }
    >
      <Loaded query={query} framed={false} skeleton={<Skeleton className="m-3 h-24" />}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState icon={ListTree} title={t('noInstances')} className="!py-8" />
          ) : (
            <ul className="divide-y divide-line text-sm">
              {data.map((instance) => (
                <li key={instance.id} className="flex items-center gap-2 px-3 py-2">
                  {instance.status === 'running' && instance.waitingFor.length > 0 ? (
                    // There is room for one: that it runs goes without saying.
                    <WaitingBadge waitingFor={instance.waitingFor.slice(0, 1)} />
                  ) : (
                    <InstanceStatusBadge status={instance.status} />
                  )}
                  <Link
                    href={`/instances/${instance.id}`}
                    className="min-w-0 flex-1 truncate hover:underline"
                  >
                    {instance.objectId}
                  </Link>
                  <RelativeTime
                    at={instance.createdAt}
                    className="shrink-0 text-xs whitespace-nowrap text-muted"
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}

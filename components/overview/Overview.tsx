'use client';

import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import type { Instance } from '#api/types.ts';
import { instancesQuery } from '../instance/queries.ts';
import type { InstanceFilter } from '../instance/queries.ts';
import { Loaded } from '../query/Loaded.tsx';
import { useWatch } from '../query/provider.tsx';
import { PageHeader } from '../shell/PageHeader.tsx';
import { InstanceStatusBadge } from '../status/StatusBadge.tsx';
import { Panel } from '../ui/Panel.tsx';
import { EmptyState, Skeleton } from '../ui/states.tsx';
import { RelativeTime } from '../ui/Time.tsx';
import { Onboarding } from './Onboarding.tsx';
import { Tiles } from './Tiles.tsx';

const LAST = 8;

export function Overview() {
  const t = useTranslations('overview');
  useWatch('instances');
  useWatch('workflows');

  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Onboarding />
      <Tiles />
      <div className="grid gap-4 xl:grid-cols-2">
        <InstancesPanel
          title={t('active')}
          filter={{ status: 'running,paused,queued' }}
          empty={t('noneActive')}
        />
        <InstancesPanel
          title={t('failures')}
          filter={{ status: 'failed' }}
          empty={t('noneFailed')}
          detail={(instance) => instance.error?.message}
        />
      </div>
    </>
  );
}

type InstancesPanelProps = {
  title: string;
  filter: InstanceFilter & { status: string };
  empty: string;
  detail?: (instance: Instance) => string | undefined;
};

function InstancesPanel({ title, filter, empty, detail }: InstancesPanelProps) {
  const t = useTranslations('overview');
  const query = useQuery(instancesQuery(filter, null, LAST));

  return (
    <Panel
      title={title}
      bodyClassName="p-0"
      aside={
        <Link
          href={`/instances?status=${filter.status}`}
          aria-label={`${title}: ${t('all')}`}
          className="text-xs text-accent hover:underline"
        >
          {t('all')}
        </Link>
      }
    >
      <Loaded query={query} framed={false} skeleton={<Skeleton className="m-4 h-40" />}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState icon={CircleCheck} title={empty} className="!py-10" />
          ) : (
            <ul className="divide-y divide-line text-sm">
              {data.map((instance) => (
                <InstanceLine key={instance.id} instance={instance} detail={detail?.(instance)} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}

type InstanceLineProps = { instance: Instance; detail: string | undefined };

function InstanceLine({ instance, detail }: InstanceLineProps) {
  return (
    <li className="flex items-center gap-3 px-4 py-2">
      <InstanceStatusBadge status={instance.status} />
      <div className="min-w-0 flex-1">
        <p className="truncate">
          <Link href={`/instances/${instance.id}`} className="font-medium hover:underline">
            {instance.objectId}
          </Link>{' '}
          <span className="text-muted">{instance.workflowName}</span>
        </p>
        {detail !== undefined && (
          <p data-tone="bad" className="truncate text-xs text-tone" title={detail}>
            {detail}
          </p>
        )}
      </div>
      <RelativeTime
        at={instance.finishedAt ?? instance.createdAt}
        className="shrink-0 text-xs whitespace-nowrap text-muted"
      />
    </li>
  );
}

'use client';

import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Instance } from '#api/types.ts';
import { instancesQuery } from '../instance/queries.ts';
import type { InstanceFilter } from '../instance/queries.ts';
import { Loaded } from '../query/Loaded.tsx';
import { useWatch } from '../query/provider.tsx';
import { PageHeader } from '../shell/PageHeader.tsx';
import { InstanceStatusBadge } from '../status/StatusBadge.tsx';
import { Panel } from '../ui/Panel.tsx';
import { EmptyState, Skeleton } from '../ui/states.tsx';
import { Asked } from './Asked.tsx';
import { Attention } from './Attention.tsx';
import { Line, Lines, ShowAll } from './Line.tsx';
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
      {/* Beside each other where both have something to say. */}
      <div className="grid items-start gap-4 xl:[&:has(>section~section)]:grid-cols-2">
        <Attention />
        <Asked />
      </div>
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
      aside={<ShowAll href={`/instances?status=${filter.status}`} label={t('all')} of={title} />}
    >
      <Loaded query={query} framed={false} skeleton={<Skeleton className="m-4 h-40" />}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState icon={CircleCheck} title={empty} className="!py-10" />
          ) : (
            <Lines>
              {data.map((instance) => (
                <InstanceLine key={instance.id} instance={instance} detail={detail?.(instance)} />
              ))}
            </Lines>
          )
        }
      </Loaded>
    </Panel>
  );
}

type InstanceLineProps = { instance: Instance; detail: string | undefined };

function InstanceLine({ instance, detail }: InstanceLineProps) {
  return (
    <Line
      face={<InstanceStatusBadge status={instance.status} />}
      href={`/instances/${instance.id}`}
      subject={instance.objectId}
      of={instance.workflowName}
      detail={
        detail === undefined ? undefined : (
          <span data-tone="bad" className="text-tone">
            {detail}
          </span>
        )
      }
      full={detail}
      at={instance.finishedAt ?? instance.createdAt}
    />
  );
}

'use client';

import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { InstanceDetail } from '#api/types.ts';
import { isFinalInstance } from '#engine/states.ts';
import { PageHeader } from '../shell/PageHeader.tsx';
import { InstanceStatusBadge } from '../status/StatusBadge.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { shortId } from '../ui/text.ts';
import { Duration, RelativeTime } from '../ui/Time.tsx';
import { InstanceActions } from './InstanceActions.tsx';
import { WaitingBadge } from './WaitingBadge.tsx';
import { ExpectedEnd } from './why/ExpectedEnd.tsx';
import { InstanceWhy } from './why/Why.tsx';

export function InstanceHeader({ instance }: { instance: InstanceDetail }) {
  const t = useTranslations('instance');
  const nav = useTranslations('nav');
  const format = useFormatter();
  const { progress } = instance;

  return (
    <div className="flex flex-col gap-3">
      <PageHeader
        title={
          <>
            <span className="break-all">{instance.objectId}</span>
            <InstanceStatusBadge status={instance.status} />
            <WaitingBadge waitingFor={instance.waitingFor} />
          </>
        }
        trail={[
          { href: '/instances', label: nav('instances') },
          { href: `/workflows/${instance.workflow}`, label: instance.workflowName },
        ]}
        actions={<InstanceActions instance={instance} />}
      />
      <dl className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
        <Item label={t('workflow')}>
          <Link href={`/workflows/${instance.workflow}`} className="hover:underline">
            {instance.workflowName}
          </Link>{' '}
          <span className="mono text-muted">v{instance.version}</span>
        </Item>
        <Item label={t('id')}>
          <span className="flex items-center">
            <span className="mono">{shortId(instance.id)}</span>
            <CopyButton text={instance.id} label={t('copyId')} />
          </span>
        </Item>
        {instance.parent !== null && (
          <Item label={t('parent')}>
            <Link
              href={`/instances/${instance.parent.instanceId}?task=${instance.parent.task}`}
              className="hover:underline"
            >
              <span className="mono">{shortId(instance.parent.instanceId)}</span> ›{' '}
              <span className="mono">{instance.parent.task}</span>
            </Link>
          </Item>
        )}
        <Item label={t('progress')}>
          <span className="tabular-nums">
            {t('tasksDone', {
              finished: format.number(progress.finished),
              total: format.number(progress.total),
            })}
          </span>
        </Item>
        <Item label={t('created')}>
          <RelativeTime at={instance.createdAt} />
        </Item>
        {instance.status === 'scheduled' && instance.runAt !== null && (
          <Item label={t('runAt')}>
            <RelativeTime at={instance.runAt} />
          </Item>
        )}
        {instance.startedAt !== null && (
          <Item label={isFinalInstance(instance.status) ? t('took') : t('runningFor')}>
            <Duration from={instance.startedAt} to={instance.finishedAt} className="tabular-nums" />
          </Item>
        )}
        <ExpectedEnd instance={instance} />
        {instance.priority !== 0 && (
          <Item label={t('priority')}>{format.number(instance.priority)}</Item>
        )}
        {Object.entries(instance.labels).map(([name, value]) => (
          <Item key={name} label={name}>
            {value}
          </Item>
        ))}
      </dl>
      <InstanceWhy instance={instance} />
      <ErrorLine instance={instance} />
    </div>
  );
}

function Item({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex flex-col">
      <dt className="text-2xs text-muted">{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Why it failed, in one line, with the way to the task that did. */
function ErrorLine({ instance }: { instance: InstanceDetail }) {
  const t = useTranslations('instance');
  const { error } = instance;

  if (error === null) {
    return null;
  }

  return (
    <p
      data-tone="bad"
      className="rounded-md border border-tone-line bg-tone-soft px-3 py-2 text-sm break-words text-tone"
    >
      {error.task !== null && (
        <>
          <Link href={`?task=${error.task}`} className="font-medium underline underline-offset-2">
            {t('failedTask', { task: error.task })}
          </Link>{' '}
        </>
      )}
      <span className="mono">{error.code}</span> — {error.message}
    </p>
  );
}

'use client';

import { clsx } from 'clsx';
import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import type { Instance } from '#api/types.ts';
import { InstanceStatusBadge } from '../status/StatusBadge.tsx';
import { Checkbox } from '../ui/Input.tsx';
import { ShareBar } from '../ui/ShareBar.tsx';
import { Table, TableBody, TableHead, Td, Th, Tr } from '../ui/Table.tsx';
import { Duration, RelativeTime } from '../ui/Time.tsx';
import { WaitingBadge } from './WaitingBadge.tsx';

type InstanceTableProps = {
  instances: readonly Instance[];
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
};

export function InstanceTable({ instances, chosen, onChoose }: InstanceTableProps) {
  const t = useTranslations('instances');
  const all = instances.every(({ id }) => chosen.has(id));
  const some = instances.some(({ id }) => chosen.has(id));

  function toggle(id: string) {
    const next = new Set(chosen);
    if (!next.delete(id)) {
      next.add(id);
    }
    onChoose(next);
  }

  return (
    <Table label={t('title')}>
      <TableHead>
        <Th className="w-px">
          <Checkbox
            aria-label={t('chooseAll')}
            checked={all}
            ref={(box) => {
              if (box) {
                box.indeterminate = some && !all;
              }
            }}
            onChange={() => onChoose(new Set(all ? [] : instances.map(({ id }) => id)))}
          />
        </Th>
        <Th>{t('column.objectId')}</Th>
        <Th>{t('column.status')}</Th>
        <Th>{t('column.workflow')}</Th>
        <Th>{t('column.progress')}</Th>
        <Th>{t('column.created')}</Th>
        <Th className="text-right">{t('column.took')}</Th>
      </TableHead>
      <TableBody>
        {instances.map((instance) => (
          <InstanceRow
            key={instance.id}
            instance={instance}
            chosen={chosen.has(instance.id)}
            onToggle={() => toggle(instance.id)}
          />
        ))}
      </TableBody>
    </Table>
  );
}

type InstanceRowProps = { instance: Instance; chosen: boolean; onToggle: () => void };

function InstanceRow({ instance, chosen, onToggle }: InstanceRowProps) {
  const t = useTranslations('instances');

  return (
    <Tr className={clsx(chosen && 'bg-accent-soft')}>
      <Td>
        <Checkbox
          aria-label={t('choose', { objectId: instance.objectId })}
          checked={chosen}
          onChange={onToggle}
        />
      </Td>
      <Td className="max-w-36 sm:max-w-72">
        <Link
          href={`/instances/${instance.id}`}
          // Fifty rows would be a hundred requests, again at every change of the filter.
          prefetch={false}
          className="block truncate font-medium hover:underline"
          title={instance.objectId}
        >
          {instance.objectId}
        </Link>
        <Labels labels={instance.labels} />
      </Td>
      <Td>
        <span className="flex flex-wrap gap-1">
          <InstanceStatusBadge status={instance.status} />
          <WaitingBadge waitingFor={instance.waitingFor} />
        </span>
        {instance.error && (
          <div
            data-tone="bad"
            className="mt-0.5 max-w-72 truncate text-xs text-tone"
            title={instance.error.message}
          >
            {instance.error.message}
          </div>
        )}
      </Td>
      <Td className="whitespace-nowrap">
        <Link href={`/workflows/${instance.workflow}`} prefetch={false} className="hover:underline">
          {instance.workflowName}
        </Link>{' '}
        <span className="mono text-faint">v{instance.version}</span>
      </Td>
      <Td>
        <Progress progress={instance.progress} />
      </Td>
      <Td className="whitespace-nowrap text-muted">
        <RelativeTime at={instance.createdAt} />
      </Td>
      <Td className="text-right whitespace-nowrap tabular-nums">
        {instance.startedAt === null ? (
          <span className="text-faint">–</span>
        ) : (
          <Duration from={instance.startedAt} to={instance.finishedAt} />
        )}
      </Td>
    </Tr>
  );
}

function Labels({ labels }: { labels: Instance['labels'] }) {
  const entries = Object.entries(labels);

  return entries.length === 0 ? null : (
    <span className="flex flex-wrap gap-1">
      {entries.slice(0, 4).map(([name, value]) => (
        <span key={name} className="mono rounded-sm bg-sunken px-1 text-2xs text-muted">
          {name}:{value}
        </span>
      ))}
    </span>
  );
}

/** Finished nodes of all: a bar, red where some failed, and the numbers. */
function Progress({ progress }: { progress: Instance['progress'] }) {
  const format = useFormatter();
  const { total, finished, failed } = progress;

  return (
    <span className="flex items-center gap-2">
      <ShareBar
        className="h-1.5 w-16"
        total={total}
        shares={[
          { tone: 'accent', count: Math.max(0, finished - failed) },
          { tone: 'bad', count: failed },
        ]}
      />
      <span className="text-xs text-muted tabular-nums">
        {format.number(finished)}/{format.number(total)}
      </span>
    </span>
  );
}

'use client';

import { clsx } from 'clsx';
import { useFormatter, useTranslations } from 'next-intl';
import type { TaskSummary } from '#api/types.ts';
import { isInternalWork } from '#engine/plan.ts';
import { TaskStatusBadge } from '../status/StatusBadge.tsx';
import { Table, TableBody, TableHead, Td, Th, Tr } from '../ui/Table.tsx';
import { Duration, RelativeTime } from '../ui/Time.tsx';
import { SegmentBar } from './SegmentBar.tsx';

type TaskTableProps = {
  tasks: readonly TaskSummary[];
  selected: string | null;
  onSelect: (key: string) => void;
};

export function TaskTable({ tasks, selected, onSelect }: TaskTableProps) {
  const t = useTranslations('task');
  const format = useFormatter();

  return (
    <Table label={t('list')}>
      <TableHead>
        <Th>{t('task')}</Th>
        <Th>{t('status')}</Th>
        <Th>{t('work')}</Th>
        <Th className="text-right">{t('attempts')}</Th>
        <Th>{t('started')}</Th>
        <Th className="text-right">{t('took')}</Th>
      </TableHead>
      <TableBody>
        {tasks.map((task) => (
          <Tr key={task.id} className={clsx(task.key === selected && 'bg-accent-soft')}>
            <Td className="min-w-36">
              <button
                type="button"
                className="text-left font-medium hover:underline"
                onClick={() => onSelect(task.key)}
              >
                {task.name}
              </button>
              {task.name !== task.key && <div className="mono text-faint">{task.key}</div>}
            </Td>
            <Td>
              <div className="flex flex-col gap-1">
                <span>
                  <TaskStatusBadge status={task.status} />
                </span>
                {task.segments && <SegmentBar segments={task.segments} />}
                {task.error && (
                  <span data-tone="bad" className="max-w-sm truncate text-xs text-tone">
                    {task.error.message}
                  </span>
                )}
              </div>
            </Td>
            <Td className="mono text-muted">
              {task.work === null || isInternalWork(task.work) ? '–' : task.work}
            </Td>
            <Td className="text-right tabular-nums">
              {task.attempts === 0 ? '–' : format.number(task.attempts)}
            </Td>
            <Td className="whitespace-nowrap text-muted">
              {task.startedAt === null ? '–' : <RelativeTime at={task.startedAt} />}
            </Td>
            <Td className="text-right whitespace-nowrap tabular-nums">
              {task.startedAt === null ? (
                '–'
              ) : (
                <Duration from={task.startedAt} to={task.finishedAt} />
              )}
            </Td>
          </Tr>
        ))}
      </TableBody>
    </Table>
  );
}

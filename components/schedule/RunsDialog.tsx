'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import type { Schedule } from '#api/types.ts';
import { Loaded } from '../query/Loaded.tsx';
import { Dialog, DialogBody } from '../ui/Dialog.tsx';
import { SkeletonRows } from '../ui/states.tsx';
import { Table, TableBody, TableHead, Td, Th, Tr } from '../ui/Table.tsx';
import { shortId } from '../ui/text.ts';
import { ClockTime } from '../ui/Time.tsx';
import { scheduleRunsQuery } from './queries.ts';

/** What became of the last due times. */
export function RunsDialog({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) {
  const t = useTranslations('schedules');
  const common = useTranslations('common');
  const query = useQuery(scheduleRunsQuery(schedule.workflow, schedule.id));

  return (
    <Dialog open onOpenChange={onClose} width="lg" title={t('runsOf', { schedule: schedule.key })}>
      <DialogBody>
        <Loaded query={query} skeleton={<SkeletonRows rows={3} label={common('loading')} />}>
          {({ data }) =>
            data.length === 0 ? (
              <p className="pb-4 text-sm text-muted">{t('noRuns')}</p>
            ) : (
              <Table label={t('runs')}>
                <TableHead>
                  <Th>{t('dueAt')}</Th>
                  <Th>{t('outcome')}</Th>
                  <Th>{t('instance')}</Th>
                </TableHead>
                <TableBody>
                  {data.map((run) => (
                    <Tr key={run.id}>
                      <Td className="whitespace-nowrap">
                        <ClockTime at={run.dueAt} />
                      </Td>
                      <Td>
                        {t(`outcomes.${run.outcome}`)}
                        {run.message !== null && (
                          <div className="text-xs break-words text-muted">{run.message}</div>
                        )}
                      </Td>
                      <Td>
                        {run.instanceId !== null && (
                          <Link
                            className="mono text-xs text-accent underline"
                            href={`/instances/${run.instanceId}`}
                          >
                            {shortId(run.instanceId)}
                          </Link>
                        )}
                      </Td>
                    </Tr>
                  ))}
                </TableBody>
              </Table>
            )
          }
        </Loaded>
      </DialogBody>
    </Dialog>
  );
}

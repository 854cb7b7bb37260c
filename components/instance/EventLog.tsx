'use client';

import { useQuery } from '@tanstack/react-query';
import { ScrollText } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Loaded } from '../query/Loaded.tsx';
import { actorName } from '../ui/actor.ts';
import { EmptyState, SkeletonRows } from '../ui/states.tsx';
import { Table, TableBody, TableHead, Td, Th, Tr } from '../ui/Table.tsx';
import { ClockTime, RelativeTime } from '../ui/Time.tsx';
import { eventsQuery } from './queries.ts';

/** Who did what to the run, and its notable turns. */
export function EventLog({ instance }: { instance: string }) {
  const t = useTranslations('events');
  const common = useTranslations('common');
  const query = useQuery(eventsQuery(instance));

  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={4} label={common('loading')} />}>
      {({ data }) =>
        data.length === 0 ? (
          <div className="card">
            <EmptyState icon={ScrollText} title={t('empty')} />
          </div>
        ) : (
          <Table label={t('title')}>
            <TableHead>
              <Th>{t('at')}</Th>
              <Th>{t('type')}</Th>
              <Th>{t('message')}</Th>
              <Th>{t('actor')}</Th>
            </TableHead>
            <TableBody>
              {data.map((event) => (
                <Tr key={event.id}>
                  <Td className="whitespace-nowrap">
                    <ClockTime at={event.at} className="mono" />
                    <RelativeTime at={event.at} className="block text-xs text-faint" />
                  </Td>
                  <Td className="mono whitespace-nowrap">{event.type}</Td>
                  <Td className="min-w-64">{event.message}</Td>
                  <Td className="whitespace-nowrap text-muted">{actorName(event.actor)}</Td>
                </Tr>
              ))}
            </TableBody>
          </Table>
        )
      }
    </Loaded>
  );
}

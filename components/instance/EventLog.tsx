'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { Instance } from '#api/types.ts';
import { Loaded } from '../query/Loaded.tsx';
import { actorName } from '../ui/actor.ts';
import { SkeletonRows } from '../ui/states.tsx';
import { Table, TableBody, TableHead, Td, Th, Tr } from '../ui/Table.tsx';
import { ClockTime, RelativeTime } from '../ui/Time.tsx';
import { historyOf, isKnownTurn } from './history.ts';
import { EventFacts } from './moves/EventFacts.tsx';
import { eventsQuery } from './queries.ts';

/** Who did what to the run, and its notable turns. */
export function EventLog({ instance }: { instance: Instance }) {
  const t = useTranslations('events');
  const common = useTranslations('common');
  const query = useQuery(eventsQuery(instance.id));

  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={4} label={common('loading')} />}>
      {({ data }) => (
        <Table label={t('title')}>
          <TableHead>
            <Th>{t('at')}</Th>
            <Th>{t('type')}</Th>
            <Th>{t('message')}</Th>
            <Th>{t('actor')}</Th>
          </TableHead>
          <TableBody>
            {historyOf(instance, data).map((event) => (
              <Tr key={event.id}>
                <Td className="whitespace-nowrap">
                  <ClockTime at={event.at} className="mono" />
                  <RelativeTime at={event.at} className="block text-xs text-faint" />
                </Td>
                <Td className="whitespace-nowrap">
                  {isKnownTurn(event.type) ? t(`types.${event.type}`) : event.type}
                </Td>
                <Td className="min-w-64">
                  <span className="flex flex-wrap gap-x-2">
                    <EventFacts type={event.type} data={event.data} />
                    {event.message}
                  </span>
                </Td>
                <Td className="whitespace-nowrap text-muted">{actorName(event.actor)}</Td>
              </Tr>
            ))}
          </TableBody>
        </Table>
      )}
    </Loaded>
  );
}

'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { ScrollText } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Instance } from '#api/types.ts';
import { Listed } from '../query/Listed.tsx';
import { actorName } from '../ui/actor.ts';
import { Td, Tr } from '../ui/Table.tsx';
import { ClockTime, RelativeTime } from '../ui/Time.tsx';
import { historyOf, isKnownTurn, type Turn } from './history.ts';
import { EventFacts } from './moves/EventFacts.tsx';
import { eventsQuery } from './queries.ts';

/** Who did what to the run, and its notable turns. */
export function EventLog({ instance }: { instance: Instance }) {
  const t = useTranslations('events');
  const query = useInfiniteQuery({
    ...eventsQuery(instance.id),
    select: ({ pages }) => ({
      data: historyOf(
        instance,
        pages.flatMap(({ data }) => data),
        pages.at(-1)?.nextCursor == null,
      ),
    }),
  });

  return (
    <Listed
      query={query}
      label={t('title')}
      empty={{ icon: ScrollText, title: t('title'), text: '' }}
      columns={[t('at'), t('type'), t('message'), t('actor')]}
    >
      {(turn) => <TurnRow key={turn.id} turn={turn} />}
    </Listed>
  );
}

function TurnRow({ turn: { at, type, data, message, actor } }: { turn: Turn }) {
  const t = useTranslations('events');

  return (
    <Tr>
      <Td className="whitespace-nowrap">
        <ClockTime at={at} className="mono" />
        <RelativeTime at={at} className="block text-xs text-faint" />
      </Td>
      <Td className="whitespace-nowrap">{isKnownTurn(type) ? t(`types.${type}`) : type}</Td>
      <Td className="min-w-64">
        <span className="flex flex-wrap gap-x-2">
          <EventFacts type={type} data={data} />
          {message}
        </span>
      </Td>
      <Td className="whitespace-nowrap text-muted">{actorName(actor) || '–'}</Td>
    </Tr>
  );
}

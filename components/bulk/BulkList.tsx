'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { Layers } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import type { Bulk } from '#api/types.ts';
import { Listed } from '../query/Listed.tsx';
import { PageHeader } from '../shell/PageHeader.tsx';
import { actorName } from '../ui/actor.ts';
import { Td, Tr } from '../ui/Table.tsx';
import { RelativeTime } from '../ui/Time.tsx';
import { BulkProgress, BulkStatusBadge } from './BulkProgress.tsx';
import { bulksQuery } from './queries.ts';

/** All moves of many instances, the newest first. */
export function BulkList() {
  const t = useTranslations('bulk');
  const query = useInfiniteQuery(bulksQuery());

  return (
    <>
      <PageHeader title={t('page')} description={t('description')} />
      <Listed
        query={query}
        label={t('page')}
        empty={{ icon: Layers, title: t('empty.title'), text: t('empty.text') }}
        columns={[
          t('column.move'),
          t('column.status'),
          t('column.progress'),
          { numbers: t('column.failed') },
          t('column.reason'),
          t('column.by'),
          t('column.created'),
        ]}
      >
        {(bulk) => <BulkRow key={bulk.id} bulk={bulk} />}
      </Listed>
    </>
  );
}

function BulkRow({ bulk }: { bulk: Bulk }) {
  const moves = useTranslations('moves.names');
  const format = useFormatter();

  return (
    <Tr>
      <Td className="whitespace-nowrap">
        <Link href={`/bulk/${bulk.id}`} className="font-medium hover:underline">
          {moves(bulk.action)}
        </Link>
      </Td>
      <Td>
        <BulkStatusBadge status={bulk.status} />
      </Td>
      <Td className="whitespace-nowrap">
        <BulkProgress bulk={bulk} />
      </Td>
      <Td className="text-right tabular-nums">
        {bulk.failed === 0 ? (
          <span className="text-faint">–</span>
        ) : (
          <span data-tone="bad" className="text-tone">
            {format.number(bulk.failed)}
          </span>
        )}
      </Td>
      <Td className="max-w-72 truncate text-muted">{bulk.reason}</Td>
      <Td className="whitespace-nowrap text-muted">{actorName(bulk.createdBy)}</Td>
      <Td className="whitespace-nowrap text-muted">
        <RelativeTime at={bulk.createdAt} />
      </Td>
    </Tr>
  );
}

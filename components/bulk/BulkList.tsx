'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { Layers } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import type { Bulk } from '#api/types.ts';
import { Loaded } from '../query/Loaded.tsx';
import { PageHeader } from '../shell/PageHeader.tsx';
import { actorName } from '../ui/actor.ts';
import { Button } from '../ui/Button.tsx';
import { EmptyState, SkeletonRows } from '../ui/states.tsx';
import { Table, TableBody, TableHead, Td, Th, Tr } from '../ui/Table.tsx';
import { RelativeTime } from '../ui/Time.tsx';
import { BulkProgress, BulkStatusBadge } from './BulkProgress.tsx';
import { bulksQuery } from './queries.ts';

/** All moves of many instances, the newest first. */
export function BulkList() {
  const t = useTranslations('bulk');
  const common = useTranslations('common');
  const query = useInfiniteQuery(bulksQuery());

  return (
    <>
      <PageHeader title={t('page')} description={t('description')} />
      <Loaded query={query} skeleton={<SkeletonRows rows={6} label={common('loading')} />}>
        {({ pages }) => {
          const bulks = pages.flatMap(({ data }) => data);
          return bulks.length === 0 ? (
            <div className="card">
              <EmptyState icon={Layers} title={t('empty.title')}>
                {t('empty.text')}
              </EmptyState>
            </div>
          ) : (
            <>
              <BulkTable bulks={bulks} />
              {query.hasNextPage && (
                <Button
                  className="self-center"
                  busy={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {t('moreFailures')}
                </Button>
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function BulkTable({ bulks }: { bulks: readonly Bulk[] }) {
  const t = useTranslations('bulk');
  const moves = useTranslations('moves.names');
  const format = useFormatter();

  return (
    <Table label={t('page')}>
      <TableHead>
        <Th>{t('column.move')}</Th>
        <Th>{t('column.status')}</Th>
        <Th>{t('column.progress')}</Th>
        <Th className="text-right">{t('column.failed')}</Th>
        <Th>{t('column.reason')}</Th>
        <Th>{t('column.by')}</Th>
        <Th>{t('column.created')}</Th>
      </TableHead>
      <TableBody>
        {bulks.map((bulk) => (
          <Tr key={bulk.id}>
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
        ))}
      </TableBody>
    </Table>
  );
}

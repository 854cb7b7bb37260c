'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import type { Bulk } from '#api/types.ts';
import { Loaded } from '../query/Loaded.tsx';
import { Button } from '../ui/Button.tsx';
import { SkeletonRows } from '../ui/states.tsx';
import { Table, TableBody, TableHead, Td, Th, Tr } from '../ui/Table.tsx';
import { failuresQuery } from './queries.ts';

/** The instances that could not make the move, in the words of the API. */
export function Failures({ bulk }: { bulk: Bulk }) {
  const t = useTranslations('bulk');
  const common = useTranslations('common');
  const query = useInfiniteQuery(failuresQuery(bulk.id, bulk.failed));

  return (
    <section className="flex flex-col gap-2">
      <h2 className="text-sm font-semibold">{t('failures')}</h2>
      {bulk.failed === 0 ? (
        <p className="text-sm text-muted">{t('noFailures')}</p>
      ) : (
        <Loaded query={query} skeleton={<SkeletonRows rows={3} label={common('loading')} />}>
          {({ pages }) => (
            <>
              <Table label={t('failures')}>
                <TableHead>
                  <Th>{t('instance')}</Th>
                  <Th>{t('code')}</Th>
                  <Th>{t('why')}</Th>
                </TableHead>
                <TableBody>
                  {pages
                    .flatMap(({ data }) => data)
                    .map(({ id, code, message }) => (
                      <Tr key={id}>
                        <Td className="mono whitespace-nowrap">
                          <Link href={`/instances/${id}`} className="hover:underline">
                            {id}
                          </Link>
                        </Td>
                        <Td className="mono whitespace-nowrap text-muted">{code}</Td>
                        <Td className="min-w-64">{message}</Td>
                      </Tr>
                    ))}
                </TableBody>
              </Table>
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
          )}
        </Loaded>
      )}
    </section>
  );
}

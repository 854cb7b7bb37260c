'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import type { Bulk } from '#api/types.ts';
import { Listed } from '../query/Listed.tsx';
import { Td, Tr } from '../ui/Table.tsx';
import { failuresQuery } from './queries.ts';

/** The instances that could not make the move, in the words of the API. */
export function Failures({ bulk }: { bulk: Bulk }) {
  const t = useTranslations('bulk');
  const query = useInfiniteQuery(failuresQuery(bulk.id, bulk.failed));

  return (
    <section className="flex flex-col gap-2">
      <h2 className="text-sm font-semibold">{t('failures')}</h2>
      {bulk.failed === 0 ? (
        <p className="text-sm text-muted">{t('noFailures')}</p>
      ) : (
        <Listed
          query={query}
          label={t('failures')}
          empty={{ icon: CircleCheck, title: t('failures'), text: t('noFailures') }}
          columns={[t('instance'), t('code'), t('why')]}
        >
          {({ id, code, message }) => (
            <Tr key={id}>
              <Td className="mono whitespace-nowrap">
                <Link href={`/instances/${id}`} className="hover:underline">
                  {id}
                </Link>
              </Td>
              <Td className="mono whitespace-nowrap text-muted">{code}</Td>
              <Td className="min-w-64">{message}</Td>
            </Tr>
          )}
        </Listed>
      )}
    </section>
  );
}

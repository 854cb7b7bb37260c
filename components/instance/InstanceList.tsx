'use client';

import { useQuery } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight, ListTree, SearchX } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Instance } from '#api/types.ts';
import { Loaded } from '../query/Loaded.tsx';
import { useWatch } from '../query/provider.tsx';
import { PageHeader } from '../shell/PageHeader.tsx';
import { Button } from '../ui/Button.tsx';
import { EmptyState, SkeletonRows } from '../ui/states.tsx';
import { BulkBar } from './BulkBar.tsx';
import { useInstanceFilter } from './filter.ts';
import { InstanceFilters, StatusCounts, WaitingCounts } from './InstanceFilters.tsx';
import { InstanceTable } from './InstanceTable.tsx';
import { instancesQuery } from './queries.ts';

export function InstanceList() {
  const t = useTranslations('instances');
  const common = useTranslations('common');
  const { filter, cursor, setCursor, clear, narrowed } = useInstanceFilter();
  const query = useQuery(instancesQuery(filter, cursor));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // Belongs to the filter that it was chosen under; the beginning of a period moves on by itself.
  const under = JSON.stringify({ ...filter, from: filter.from !== undefined });
  const [everythingUnder, setEverythingUnder] = useState<string | null>(null);
  const everything = everythingUnder === under;
  const choose = (ids: ReadonlySet<string>) => {
    setChosen(ids);
    setEverythingUnder(null);
  };
  useWatch('instances');

  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <div className="flex flex-col gap-3">
        <div className="flex flex-wrap gap-x-4 gap-y-1.5">
          <StatusCounts />
          <WaitingCounts />
        </div>
        <InstanceFilters />
      </div>
      <Loaded query={query} skeleton={<SkeletonRows rows={10} label={common('loading')} />}>
        {({ data, nextCursor }) =>
          data.length === 0 ? (
            <div className="card">
              {narrowed || cursor !== null ? (
                <EmptyState
                  icon={SearchX}
                  title={t('noneFound')}
                  action={<Button onClick={clear}>{t('clearFilters')}</Button>}
                />
              ) : (
                <EmptyState icon={ListTree} title={t('empty.title')}>
                  {t('empty.text')}
                </EmptyState>
              )}
            </div>
          ) : (
            <>
              <BulkBar
                chosen={everything ? data : data.filter(({ id }) => chosen.has(id))}
                hasMore={
                  (cursor !== null || nextCursor !== null) && data.every(({ id }) => chosen.has(id))
                }
                everything={everything}
                onEverything={() => setEverythingUnder(under)}
                onDone={() => choose(new Set())}
              />
              <InstanceTable
                instances={data}
                chosen={everything ? new Set(data.map(({ id }) => id)) : chosen}
                onChoose={choose}
              />
              <Pages
                instances={data}
                cursor={cursor}
                nextCursor={nextCursor}
                busy={query.isPlaceholderData}
                onCursor={setCursor}
              />
            </>
          )
        }
      </Loaded>
    </>
  );
}

type PagesProps = {
  instances: readonly Instance[];
  cursor: string | null;
  nextCursor: string | null;
  busy: boolean;
  onCursor: (cursor: string | null) => void;
};

/** Keyset pages: onwards to older ones, and back to the newest. The browser's back button turns back one page. */
function Pages({ instances, cursor, nextCursor, busy, onCursor }: PagesProps) {
  const t = useTranslations('instances');

  if (cursor === null && nextCursor === null) {
    return <p className="text-xs text-muted">{t('shown', { count: instances.length })}</p>;
  }

  return (
    <nav aria-label={t('pages')} className="flex items-center justify-between gap-2">
      <Button icon={ChevronLeft} disabled={cursor === null} onClick={() => onCursor(null)}>
        {t('newest')}
      </Button>
      <Button disabled={nextCursor === null} busy={busy} onClick={() => onCursor(nextCursor)}>
        {t('older')}
        <ChevronRight aria-hidden className="size-3.5" />
      </Button>
    </nav>
  );
}

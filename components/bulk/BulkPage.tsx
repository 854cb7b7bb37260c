'use client';

import { useQuery } from '@tanstack/react-query';
import { Ban } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Bulk } from '#api/types.ts';
import { ConfirmMove } from '../query/ConfirmMove.tsx';
import { Loaded } from '../query/Loaded.tsx';
import { PageHeader } from '../shell/PageHeader.tsx';
import { actorName } from '../ui/actor.ts';
import { Button } from '../ui/Button.tsx';
import { Fact, Facts } from '../ui/Panel.tsx';
import { Skeleton } from '../ui/states.tsx';
import { RelativeTime } from '../ui/Time.tsx';
import { AboutFacts } from './AboutFacts.tsx';
import { BulkProgress, BulkStatusBadge } from './BulkProgress.tsx';
import { Failures } from './Failures.tsx';
import { bulkQuery, useAbortBulk } from './queries.ts';

/** One move of many instances: how far it is, what it is about, and which instances refused it. */
export function BulkPage({ id }: { id: string }) {
  const common = useTranslations('common');
  const query = useQuery(bulkQuery(id));

  return (
    <Loaded
      query={query}
      errorAs="h1"
      skeleton={
        <div role="status" aria-label={common('loading')} className="flex flex-col gap-5">
          <Skeleton className="h-8 w-72" />
          <Skeleton className="h-24" />
        </div>
      }
    >
      {(bulk) => <BulkView bulk={bulk} />}
    </Loaded>
  );
}

function BulkView({ bulk }: { bulk: Bulk }) {
  const t = useTranslations('bulk');
  const moves = useTranslations('moves.names');
  const nav = useTranslations('nav');
  const format = useFormatter();

  return (
    <>
      <PageHeader
        title={
          <>
            {moves(bulk.action)}
            <BulkStatusBadge status={bulk.status} />
          </>
        }
        trail={[{ href: '/bulk', label: nav('bulk') }]}
        actions={bulk.status === 'running' && <AbortButton id={bulk.id} />}
      />
      <section className="card flex flex-col gap-4 p-4">
        <BulkProgress bulk={bulk} large />
        <Facts>
          <AboutFacts bulk={bulk} />
          {bulk.failed > 0 && (
            <Fact label={t('column.failed')}>
              <span data-tone="bad" className="text-tone tabular-nums">
                {format.number(bulk.failed)}
              </span>
            </Fact>
          )}
          {bulk.reason !== '' && <Fact label={t('column.reason')}>{bulk.reason}</Fact>}
          <Fact label={t('column.by')}>{actorName(bulk.createdBy)}</Fact>
          <Fact label={t('column.created')}>
            <RelativeTime at={bulk.createdAt} />
          </Fact>
          {bulk.finishedAt !== null && (
            <Fact label={t('finished')}>
              <RelativeTime at={bulk.finishedAt} />
            </Fact>
          )}
        </Facts>
      </section>
      <Failures bulk={bulk} />
    </>
  );
}

function AbortButton({ id }: { id: string }) {
  const t = useTranslations('bulk');
  const aborting = useAbortBulk(id);
  const [asking, setAsking] = useState(false);

  return (
    <>
      <Button variant="danger" icon={Ban} onClick={() => setAsking(true)}>
        {t('abort')}
      </Button>
      {asking && (
        <ConfirmMove
          title={t('abortTitle')}
          text={t('abortText')}
          confirmLabel={t('abort')}
          move={aborting}
          input={undefined}
          done={t('aborted')}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

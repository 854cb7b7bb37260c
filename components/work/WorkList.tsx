'use client';

import { useQuery } from '@tanstack/react-query';
import { ArrowDownToLine, ArrowUpFromLine, Boxes, Unplug, UserX } from 'lucide-react';
import { useFormatter, useLocale, useTranslations } from 'next-intl';
import { Fragment } from 'react';
import type { Work } from '#api/types.ts';
import { Listed } from '../query/Listed.tsx';
import { useWatch } from '../query/provider.tsx';
import { PageHeader } from '../shell/PageHeader.tsx';
import { Badge } from '../ui/Badge.tsx';
import { formatDuration } from '../ui/format_time.ts';
import { Td, Tr } from '../ui/Table.tsx';
import { RelativeTime } from '../ui/Time.tsx';
import { worksQuery } from './queries.ts';

export function WorkList() {
  const t = useTranslations('works');
  const query = useQuery(worksQuery());
  useWatch('instances');

  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Listed
        query={query}
        label={t('title')}
        empty={{ icon: Boxes, title: t('empty.title'), text: t('empty.text') }}
        columns={[
          t('column.work'),
          t('column.delivery'),
          { numbers: t('column.ready') },
          { numbers: t('column.running') },
          t('column.lastClaim'),
          t('column.limits'),
        ]}
      >
        {(work) => <WorkRow key={work.key} work={work} />}
      </Listed>
    </>
  );
}

function WorkRow({ work }: { work: Work }) {
  const t = useTranslations('works');
  const format = useFormatter();
  const pulled = work.delivery === 'pull';

  return (
    <Tr>
      <Td>
        <span className="mono font-medium">{work.key}</span>
        {work.name !== work.key && <div className="text-muted">{work.name}</div>}
        {work.description !== '' && (
          <div className="max-w-md text-xs text-muted">{work.description}</div>
        )}
      </Td>
      <Td>
        <Badge tone={pulled ? 'idle' : 'handed'} icon={pulled ? ArrowDownToLine : ArrowUpFromLine}>
          {t(`delivery.${work.delivery}`)}
        </Badge>
        {work.url !== null && (
          <div className="mono mt-0.5 max-w-72 truncate text-xs text-muted" title={work.url}>
            {work.url}
          </div>
        )}
      </Td>
      <Td className="text-right tabular-nums">
        <Count count={work.ready} />
      </Td>
      <Td className="text-right whitespace-nowrap tabular-nums">
        {work.maxConcurrent === 0 ? (
          <Count count={work.running} />
        ) : (
          <>
            <Count count={work.running} />
            <span className="text-faint"> / {format.number(work.maxConcurrent)}</span>
          </>
        )}
      </Td>
      <Td className="whitespace-nowrap">
        {pulled ? <LastClaim work={work} /> : <Pushes work={work} />}
      </Td>
      <Td className="text-muted">
        <Limits work={work} />
      </Td>
    </Tr>
  );
}

function Count({ count }: { count: number }) {
  const format = useFormatter();
  return <span className={count === 0 ? 'text-faint' : ''}>{format.number(count)}</span>;
}

/** Tasks are waiting and nobody asks for them: said in words, with a way out. */
function LastClaim({ work }: { work: Work }) {
  const t = useTranslations('works');

  return work.outOfReach !== null ? (
    <span className="flex flex-col items-start gap-0.5">
      <Badge tone="warn" icon={UserX}>
        {t('noWorker')}
      </Badge>
      {work.lastClaimAt !== null && (
        <RelativeTime at={work.lastClaimAt} className="text-xs text-muted" />
      )}
    </span>
  ) : work.lastClaimAt === null ? (
    <span className="text-faint">{t('neverClaimed')}</span>
  ) : (
    <RelativeTime at={work.lastClaimAt} className="text-muted" />
  );
}

/** Nobody asks for tasks that are sent; whether they get there is seen by those that do not. */
function Pushes({ work: { outOfReach } }: { work: Work }) {
  const t = useTranslations('works');

  return outOfReach === null ? (
    <span className="text-faint">–</span>
  ) : (
    <span className="flex max-w-72 flex-col items-start gap-0.5">
      <Badge tone="warn" icon={Unplug}>
        {t('pushesFail')}
      </Badge>
      {outOfReach.message !== null && (
        <span className="max-w-full truncate text-xs text-muted" title={outOfReach.message}>
          {outOfReach.message}
        </span>
      )}
    </span>
  );
}

function Limits({ work }: { work: Work }) {
  const t = useTranslations('works');
  const locale = useLocale();
  const { rate, timeouts, retry } = work;
  const parts = [
    ...(timeouts.runSeconds === undefined
      ? []
      : [t('runTimeout', { time: formatDuration(timeouts.runSeconds * 1_000, locale) })]),
    ...(retry === null || retry.limit === 0 ? [] : [t('retries', { count: retry.limit })]),
    ...(rate === null
      ? []
      : [
          t('rate', {
            limit: rate.limit,
            time: formatDuration(rate.perSeconds * 1_000, locale),
          }),
        ]),
  ];

  return parts.length === 0 ? (
    <span className="text-faint">–</span>
  ) : (
    <span className="text-xs">
      {parts.map((part, index) => (
        <Fragment key={part}>
          {index > 0 && ' · '}
          <span className="whitespace-nowrap">{part}</span>
        </Fragment>
      ))}
    </span>
  );
}

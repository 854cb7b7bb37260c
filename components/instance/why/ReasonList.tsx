'use client';

import { Info, TriangleAlert } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import type { Reason } from '#api/types.ts';
import { relativeTime } from '../../ui/Time.tsx';
import { shortId } from '../../ui/text.ts';
import { useReasonText } from './useReasonText.ts';

/** Something that somebody should see to. */
const TROUBLE: ReadonlySet<Reason['code']> = new Set([
  'no_reachable_worker',
  'push_backlog_hold',
  'scheduler_down',
  'workflow_disabled',
  'upstream_failed',
]);

/** What time brings is the next step; of all others it is the moment at which they are given up. */
const GOES_ON: ReadonlySet<Reason['code']> = new Set([
  'scheduled_later',
  'retry_backoff',
  'rate_limit',
  'no_reachable_worker',
]);

export function ReasonList({ reasons, label }: { reasons: readonly Reason[]; label: string }) {
  return (
    <ul aria-label={label} className="flex flex-col gap-1.5">
      {reasons.map((reason) => (
        <ReasonLine key={JSON.stringify([reason.code, reason.params])} reason={reason} />
      ))}
    </ul>
  );
}

function ReasonLine({ reason }: { reason: Reason }) {
  const t = useTranslations('why');
  const format = useFormatter();
  const textOf = useReasonText();
  const trouble = TROUBLE.has(reason.code);
  const Icon = trouble ? TriangleAlert : Info;

  return (
    <li
      data-tone={trouble ? 'warn' : 'active'}
      className="flex items-start gap-2 rounded-md border border-tone-line bg-tone-soft px-3 py-2 text-sm text-tone"
    >
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 break-words">
        <p>
          {textOf(reason)}
          {reason.count !== undefined && reason.count > 1 && (
            <span className="ml-1 text-xs tabular-nums">
              {t('segments', { count: format.number(reason.count) })}
            </span>
          )}
        </p>
        <p className="flex flex-wrap gap-x-3 text-xs opacity-80 empty:hidden">
          {reason.since !== null && (
            <span>{t.rich('since', { time: relativeTime(reason.since) })}</span>
          )}
          {reason.unblocksAt !== null && <Until reason={reason} at={reason.unblocksAt} />}
          <Links reason={reason} />
        </p>
      </div>
    </li>
  );
}

function Until({ reason, at }: { reason: Reason; at: string }) {
  const t = useTranslations('why');
  const goesOn =
    GOES_ON.has(reason.code) ||
    (reason.code === 'waiting_callback' && reason.params.kind === 'status');

  return <span>{t.rich(goesOn ? 'goesOn' : 'givenUp', { time: relativeTime(at) })}</span>;
}

/** Tasks are on this very page, and named in the text; what is elsewhere has a link. */
function Links({ reason }: { reason: Reason }) {
  const t = useTranslations('why.links');

  return reason.links.map(({ type, id }) =>
    type === 'task' ? null : (
      <Link key={`${type} ${id}`} href={hrefOf(type, id)} className="underline underline-offset-2">
        {t(type, { id: type === 'instance' ? shortId(id) : id })}
      </Link>
    ),
  );
}

function hrefOf(type: 'work' | 'workflow' | 'instance', id: string): string {
  switch (type) {
    case 'work':
      return '/works';
    case 'workflow':
      return `/workflows/${encodeURIComponent(id)}`;
    case 'instance':
      return `/instances/${id}`;
  }
}

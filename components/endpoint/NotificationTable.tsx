'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { ChevronRight, RotateCw, Send } from 'lucide-react';
import { clsx } from 'clsx';
import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { toast } from 'sonner';
import type { Notification } from '#api/types.ts';
import { Listed } from '../query/Listed.tsx';
import { useProblemText } from '../query/problem_text.ts';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { useNow } from '../ui/now.ts';
import { Td, Tr } from '../ui/Table.tsx';
import { shortId } from '../ui/text.ts';
import { relativeTime, RelativeTime } from '../ui/Time.tsx';
import { DeliveryLog } from './DeliveryLog.tsx';
import { NOTIFICATION_FACES } from './faces.ts';
import { useResend } from './moves.ts';
import { notificationsQuery, type NotificationFilter } from './queries.ts';

/** What was told, or is to be; each with its tries. `of`: what all of them have in common need not be shown. */
export function NotificationTable({
  filter,
  of,
}: {
  filter: NotificationFilter;
  of: 'endpoint' | 'instance';
}) {
  const t = useTranslations('endpoints');
  const query = useInfiniteQuery(notificationsQuery(filter));

  return (
    <Listed
      query={query}
      label={t('log.title')}
      empty={{
        icon: Send,
        title: t('log.emptyTitle'),
        text: t(of === 'instance' ? 'log.emptyInstance' : 'log.emptyEndpoint'),
      }}
      columns={[
        t('log.event'),
        t(of === 'instance' ? 'log.receiver' : 'log.instance'),
        t('log.status'),
        { numbers: t('log.tries') },
        t('log.at'),
        { moves: t('log.actions') },
      ]}
    >
      {(row) => <NotificationRow key={row.id} notification={row} of={of} />}
    </Listed>
  );
}

function NotificationRow({
  notification,
  of,
}: {
  notification: Notification;
  of: 'endpoint' | 'instance';
}) {
  const t = useTranslations('endpoints');
  const format = useFormatter();
  const problemText = useProblemText();
  const resend = useResend();
  const [open, setOpen] = useState(false);
  const { status, dueAt, error } = notification;
  const { tone, icon } = NOTIFICATION_FACES[status];
  // One that is due already waits for its endpoint, which is left alone while it fails.
  const isAhead = useNow((now) => dueAt !== null && Date.parse(dueAt) > now.getTime());

  return (
    <>
      <Tr>
        <Td>
          <button
            type="button"
            aria-expanded={open}
            className="flex items-center gap-1 rounded-sm text-left hover:bg-hover"
            onClick={() => setOpen(!open)}
          >
            <ChevronRight
              aria-hidden
              className={clsx('size-3.5 text-faint transition-transform', open && 'rotate-90')}
            />
            <span className="mono">{notification.type}</span>
          </button>
        </Td>
        <Td>
          {of === 'instance' ? (
            <Receiver notification={notification} />
          ) : (
            <InstanceLink id={notification.instanceId} />
          )}
        </Td>
        <Td>
          <Badge tone={tone} icon={icon}>
            {t(`log.statuses.${status}`)}
          </Badge>
          {dueAt !== null && isAhead && notification.attempts > 0 && (
            <div className="text-xs text-muted">
              {t.rich('log.next', { time: relativeTime(dueAt) })}
            </div>
          )}
          {error !== null && <div className="max-w-80 text-xs break-words text-muted">{error}</div>}
        </Td>
        <Td className="text-right tabular-nums">{format.number(notification.attempts)}</Td>
        <Td className="whitespace-nowrap text-muted">
          <RelativeTime at={notification.at} />
        </Td>
        <Td>
          <Button
            size="sm"
            variant="ghost"
            icon={RotateCw}
            busy={resend.isPending}
            onClick={() =>
              resend.mutate(notification.id, {
                onSuccess: () => toast.success(t('log.resent')),
                onError: (problem) => toast.error(problemText(problem)),
              })
            }
          >
            {t('log.resend')}
          </Button>
        </Td>
      </Tr>
      {open && (
        <Tr>
          <Td colSpan={6} className="bg-sunken">
            <DeliveryLog notification={notification} />
          </Td>
        </Tr>
      )}
    </>
  );
}

function Receiver({ notification: { endpoint, url } }: { notification: Notification }) {
  const t = useTranslations('endpoints');

  return (
    <>
      {endpoint === null ? (
        <span className="text-muted">{t('log.ownUrl')}</span>
      ) : endpoint.name === null ? (
        <span className="text-muted">{t('log.deletedEndpoint')}</span>
      ) : (
        <Link href={`/endpoints/${endpoint.id}`} className="font-medium hover:underline">
          {endpoint.name}
        </Link>
      )}
      {url !== null && (
        <div className="mono max-w-80 truncate text-xs text-muted" title={url}>
          {url}
        </div>
      )}
    </>
  );
}

function InstanceLink({ id }: { id: string | null }) {
  return id === null ? (
    <span className="text-faint">–</span>
  ) : (
    <Link
      href={`/instances/${id}?tab=notifications`}
      className="mono text-xs hover:underline"
      title={id}
    >
      {shortId(id)}
    </Link>
  );
}

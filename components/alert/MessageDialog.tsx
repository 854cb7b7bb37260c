'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { Alert, SentMessage } from '#api/types.ts';
import { Loaded } from '../query/Loaded.tsx';
import { Badge } from '../ui/Badge.tsx';
import { Dialog, DialogBody } from '../ui/Dialog.tsx';
import { SkeletonRows } from '../ui/states.tsx';
import { RelativeTime } from '../ui/Time.tsx';
import { MESSAGE_FACES } from './faces.ts';
import { alertMessagesQuery } from './queries.ts';

/** Who was told of an alert, and what they answered. */
export function MessageDialog({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const t = useTranslations('alerts');
  const common = useTranslations('common');
  const query = useQuery(alertMessagesQuery(alert.id));

  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="md"
      title={t('messagesNamed', { title: alert.title })}
    >
      <DialogBody>
        <Loaded query={query} skeleton={<SkeletonRows rows={2} label={common('loading')} />}>
          {({ data }) =>
            data.length === 0 ? (
              <p className="text-sm text-muted">{t('noMessages')}</p>
            ) : (
              <ul className="flex flex-col gap-3">
                {data.map((message) => (
                  <li key={message.id} className="flex flex-col gap-1 rounded-md border p-3">
                    <div className="flex flex-wrap items-center gap-2 text-sm">
                      <MessageStatus status={message.status} />
                      <span className="font-medium">{message.channel}</span>
                      <RelativeTime
                        at={message.sentAt ?? message.createdAt}
                        className="text-xs text-muted"
                      />
                    </div>
                    <p className="text-sm">{message.title}</p>
                    {message.result !== null && (
                      <p className="text-xs text-muted">{message.result}</p>
                    )}
                    {message.answer !== null && <RawAnswer text={message.answer} />}
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </DialogBody>
    </Dialog>
  );
}

export function MessageStatus({ status }: { status: SentMessage['status'] }) {
  const t = useTranslations('alerts.message');
  return <Badge {...MESSAGE_FACES[status]}>{t(status)}</Badge>;
}

export function RawAnswer({ text }: { text: string }) {
  const t = useTranslations('alerts');

  return (
    <pre
      aria-label={t('answer')}
      className="mono max-h-40 overflow-auto rounded-md border bg-sunken p-2 text-xs break-all whitespace-pre-wrap"
    >
      {text}
    </pre>
  );
}

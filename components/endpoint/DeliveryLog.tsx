'use client';

import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { Delivery, Notification } from '#api/types.ts';
import type { Json } from '#engine/json.ts';
import { Loaded } from '../query/Loaded.tsx';
import { Badge } from '../ui/Badge.tsx';
import { formatDuration } from '../ui/format_time.ts';
import { JsonView } from '../ui/JsonView.tsx';
import { SkeletonRows } from '../ui/states.tsx';
import { ClockTime } from '../ui/Time.tsx';
import { deliveriesQuery } from './queries.ts';

/** Every try of a notification, with request and response. */
export function DeliveryLog({ notification }: { notification: Notification }) {
  const t = useTranslations('endpoints.tries');
  const common = useTranslations('common');
  const query = useQuery(deliveriesQuery(notification));

  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={1} label={common('loading')} />}>
      {({ data }) =>
        data.length === 0 ? (
          <p className="py-2 text-muted">{t('none')}</p>
        ) : (
          <ol className="flex flex-col gap-4 py-2">
            {data.map((delivery) => (
              <Try key={delivery.number} delivery={delivery} />
            ))}
          </ol>
        )
      }
    </Loaded>
  );
}

function Try({ delivery }: { delivery: Delivery }) {
  const t = useTranslations('endpoints.tries');
  const locale = useLocale();
  const { number, status, error, request, response } = delivery;
  const through = error === null;

  return (
    <li className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{t('number', { number })}</span>
        <Badge tone={through ? 'good' : 'bad'} icon={through ? CircleCheck : CircleX}>
          {status === null ? t('noAnswer') : t('answered', { status: String(status) })}
        </Badge>
        <span className="text-xs text-muted">
          <ClockTime at={delivery.at} className="mono" /> ·{' '}
          {formatDuration(delivery.durationMs, locale)}
        </span>
      </div>
      {error !== null && <p className="text-sm break-words">{error}</p>}
      <div className="grid gap-3 lg:grid-cols-2">
        <Side label={t('request')} value={request} />
        {response !== null && <Side label={t('response')} value={response} />}
      </div>
    </li>
  );
}

function Side({ label, value }: { label: string; value: Json }) {
  return (
    <div className="min-w-0">
      <h4 className="mb-1 text-xs font-medium text-muted">{label}</h4>
      <JsonView value={value} label={label} openDepth={2} />
    </div>
  );
}

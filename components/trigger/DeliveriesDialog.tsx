'use client';

import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import type { Trigger, TriggerDelivery } from '#api/types.ts';
import { Loaded } from '../query/Loaded.tsx';
import { faultLines } from '../recipe/faults.ts';
import { Dialog, DialogBody } from '../ui/Dialog.tsx';
import { SkeletonRows } from '../ui/states.tsx';
import { shortId } from '../ui/text.ts';
import { ClockTime } from '../ui/Time.tsx';
import { deliveriesQuery } from './queries.ts';
import { TryMapping } from './TryMapping.tsx';

/** The last requests, and what became of them; each can be tried again on the mapping of now. */
export function DeliveriesDialog({ trigger, onClose }: { trigger: Trigger; onClose: () => void }) {
  const t = useTranslations('triggers');
  const common = useTranslations('common');
  const query = useQuery(deliveriesQuery(trigger.workflow, trigger.id));

  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="lg"
      title={t('deliveriesOf', { trigger: trigger.key })}
    >
      <DialogBody>
        <Loaded query={query} skeleton={<SkeletonRows rows={3} label={common('loading')} />}>
          {({ data }) =>
            data.length === 0 ? (
              <p className="pb-4 text-sm text-muted">{t('noDeliveries')}</p>
            ) : (
              <ul className="flex flex-col divide-y divide-line pb-3">
                {data.map((delivery) => (
                  <DeliveryItem key={delivery.id} trigger={trigger} delivery={delivery} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </DialogBody>
    </Dialog>
  );
}

function DeliveryItem({ trigger, delivery }: { trigger: Trigger; delivery: TriggerDelivery }) {
  const t = useTranslations('triggers');
  const { objectId, input, labels, dedupeKey, when } = trigger;

  return (
    <li className="py-2">
      <details className="group">
        <summary className="flex cursor-pointer flex-wrap items-center gap-x-3 text-sm">
          <ChevronRight
            aria-hidden
            className="size-3.5 shrink-0 text-faint transition-transform group-open:rotate-90"
          />
          <ClockTime at={delivery.at} className="text-muted" />
          <span className="font-medium">{t(`outcomes.${delivery.outcome}`)}</span>
          <span className="mono text-xs text-faint">{delivery.status}</span>
          {delivery.instanceId !== null && (
            <Link
              className="mono text-xs text-accent underline"
              href={`/instances/${delivery.instanceId}`}
            >
              {shortId(delivery.instanceId)}
            </Link>
          )}
          {delivery.message !== null && (
            <span className="text-xs text-muted">
              {delivery.errors.length > 0 ? t('mappingFailed') : delivery.message}
            </span>
          )}
        </summary>
        <div className="flex flex-col gap-2 pt-2">
          {delivery.errors.length > 0 && (
            <p data-tone="bad" className="text-xs whitespace-pre-line text-tone">
              {faultLines(delivery.errors)}
            </p>
          )}
          {delivery.body !== null && (
            <TryMapping
              recipe={{ objectId, input, labels, dedupeKey, when }}
              body={delivery.body}
            />
          )}
        </div>
      </details>
    </li>
  );
}

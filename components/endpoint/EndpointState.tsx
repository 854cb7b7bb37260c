'use client';

import { Ban, CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Endpoint } from '#api/types.ts';
import { Badge } from '../ui/Badge.tsx';
import { relativeTime } from '../ui/Time.tsx';

/** Whether an endpoint gets what it listens to, and why not. */
export function EndpointState({ endpoint }: { endpoint: Endpoint }) {
  const t = useTranslations('endpoints');

  if (endpoint.disabledReason !== null) {
    return (
      <span className="flex flex-col items-start gap-0.5">
        <Badge tone={endpoint.disabledReason === 'person' ? 'idle' : 'bad'} icon={Ban}>
          {t('state.off')}
        </Badge>
        <span className="text-xs text-muted">{t(`disabled.${endpoint.disabledReason}`)}</span>
      </span>
    );
  }
  if (endpoint.failingSince !== null) {
    return (
      <span className="flex flex-col items-start gap-0.5">
        <Badge tone="warn" icon={TriangleAlert}>
          {t('state.failing')}
        </Badge>
        <span className="text-xs text-muted">
          {t.rich('since', { time: relativeTime(endpoint.failingSince) })}
        </span>
      </span>
    );
  }

  return (
    <Badge tone="good" icon={CircleCheck}>
      {t('state.on')}
    </Badge>
  );
}

'use client';

import { RadioTower, UserCheck } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Badge } from '../ui/Badge.tsx';
import type { WaitedFor } from './filter.ts';

export const WAITING_ICONS = {
  approval: UserCheck,
  signal: RadioTower,
} as const satisfies Record<WaitedFor, LucideIcon>;

/** What an instance waits for beside its state, which says no more than that it runs. */
export function WaitingBadge({ waitingFor }: { waitingFor: readonly WaitedFor[] }) {
  const t = useTranslations('signal.waitsFor');

  return waitingFor.map((each) => (
    <Badge key={each} tone="warn" icon={WAITING_ICONS[each]}>
      {t(each)}
    </Badge>
  ));
}

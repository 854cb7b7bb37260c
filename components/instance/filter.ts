'use client';

import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import type { Instance } from '#api/types.ts';
import { INSTANCE_STATUSES } from '#engine/states.ts';
import type { InstanceStatus } from '#engine/states.ts';
import { useNow } from '../ui/now.ts';
import { whenTypingPauses } from '../ui/typed_address.ts';
import { useRested } from '../ui/useRested.ts';
import type { InstanceFilter } from './queries.ts';

export type WaitedFor = Instance['waitingFor'][number];

/** A person's word comes first: it is the one that is asked of the reader. */
export const WAITED_FOR = ['approval', 'signal'] as const satisfies readonly WaitedFor[];

/** How far back the list goes. */
export const PERIODS = ['1h', '24h', '7d', '30d'] as const;

export type Period = (typeof PERIODS)[number];

const PERIOD_MS: Readonly<Record<Period, number>> = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
};

/** Moves on in steps of a sixtieth of the period, so that an open page asks for the same thing for a while. */
export function periodStart(period: Period, now: Date): string {
  const step = PERIOD_MS[period] / 60;
  return new Date(Math.floor((now.getTime() - PERIOD_MS[period]) / step) * step).toISOString();
}

/** A label is asked for as `name:value`; what is not yet written so far does not narrow anything. */
export function isLabel(label: string | null): label is string {
  return label !== null && /^[^:]+:/.test(label);
}

/** Typed text narrows the list, and reaches the URL, when the typing pauses. */
const TYPING_MS = 300;

const inUrl = {
  status: parseAsArrayOf(parseAsStringLiteral(INSTANCE_STATUSES)).withDefault([]),
  workflow: parseAsString,
  search: parseAsString,
  objectId: parseAsString,
  label: parseAsString,
  period: parseAsStringLiteral(PERIODS),
  waitingFor: parseAsArrayOf(parseAsStringLiteral(WAITED_FOR)).withDefault([]),
  cursor: parseAsString,
};

type FilterChange = {
  status?: InstanceStatus[] | null;
  workflow?: string | null;
  search?: string | null;
  objectId?: string | null;
  label?: string | null;
  period?: Period | null;
  waitingFor?: WaitedFor[] | null;
};

/** The filter of the instance list: all of it in the URL, so that it can be reloaded, shared and gone back to. */
export function useInstanceFilter() {
  const [place, setPlace] = useQueryStates(inUrl, { history: 'replace' });
  const { status, workflow, period, waitingFor } = place;
  const search = useRested(place.search, TYPING_MS);
  const objectId = useRested(place.objectId, TYPING_MS);
  const label = useRested(place.label, TYPING_MS);
  const from = useNow((now) => (period === null ? '' : periodStart(period, now)));

  const filter = useMemo<InstanceFilter>(
    () => ({
      ...(status.length > 0 && { status: status.join(',') }),
      ...(workflow !== null && { workflow }),
      ...(search !== null && { search }),
      ...(objectId !== null && { objectId }),
      ...(isLabel(label) && { label }),
      ...(from !== '' && { from }),
      ...(waitingFor.length > 0 && { waitingFor: waitingFor.join(',') }),
    }),
    [status, workflow, search, objectId, label, from, waitingFor],
  );

  return {
    ...place,
    filter,
    narrowed: Object.keys(filter).length > 0,
    /** A new filter begins at the newest page. */
    change: (change: FilterChange, typed = false) =>
      void setPlace({ ...change, cursor: null }, typed ? whenTypingPauses(TYPING_MS) : {}),
    clear: () => void setPlace(null),
    setCursor: (next: string | null) =>
      void setPlace({ cursor: next }, { history: 'push', scroll: true }),
  };
}

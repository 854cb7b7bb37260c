'use client';

import { useQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { Search, X } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { INSTANCE_STATUSES } from '#engine/states.ts';
import { INSTANCE_FACES } from '../status/faces.ts';
import { FaceIcon } from '../status/StatusBadge.tsx';
import { Button } from '../ui/Button.tsx';
import { Input, Select } from '../ui/Input.tsx';
import { workflowsQuery } from '../workflow/queries.ts';
import { isLabel, PERIODS, useInstanceFilter, WAITED_FOR } from './filter.ts';
import type { Period, WaitedFor } from './filter.ts';
import { countsQuery } from './queries.ts';
import { WAITING_ICONS } from './WaitingBadge.tsx';

/** Counts end here on the server; more are "10,000+". */
const MOST_COUNTED = 10_000;

/** One button per state with its count under the other filters; pressed ones narrow the list. */
export function StatusCounts() {
  const t = useTranslations('instances');
  const words = useTranslations('status.instance');
  const { status, filter, change } = useInstanceFilter();
  const { status: _ignored, ...others } = filter;
  const { data } = useQuery(countsQuery(others));

  return (
    <div role="group" aria-label={t('byStatus')} className="flex flex-wrap gap-1.5">
      {INSTANCE_STATUSES.map((each) => (
        <Toggle
          key={each}
          icon={
            <FaceIcon face={{ ...INSTANCE_FACES[each], spin: undefined }} className="!size-3.5" />
          }
          word={words(each)}
          count={data?.counts[each]}
          pressed={status.includes(each)}
          onPress={() => change({ status: toggled(status, each) })}
        />
      ))}
    </div>
  );
}

/** Those that wait for a person or an event: they run, as their state has it, and nobody would look for them there. */
export function WaitingCounts() {
  const t = useTranslations('instances');

  return (
    <div role="group" aria-label={t('byWaiting')} className="flex flex-wrap gap-1.5">
      {WAITED_FOR.map((each) => (
        <WaitingToggle key={each} kind={each} />
      ))}
    </div>
  );
}

function WaitingToggle({ kind }: { kind: WaitedFor }) {
  const words = useTranslations('signal.waitsFor');
  const { waitingFor, filter, change } = useInstanceFilter();
  const { data } = useQuery(countsQuery({ ...filter, waitingFor: kind }));
  const Icon = WAITING_ICONS[kind];

  return (
    <Toggle
      icon={<Icon aria-hidden data-tone="warn" className="size-3.5 shrink-0 text-tone" />}
      word={words(kind)}
      count={data && Object.values(data.counts).reduce((sum, count) => sum + count, 0)}
      pressed={waitingFor.includes(kind)}
      onPress={() => change({ waitingFor: toggled(waitingFor, kind) })}
    />
  );
}

function toggled<Word>(chosen: readonly Word[], word: Word): Word[] {
  return chosen.includes(word) ? chosen.filter((other) => other !== word) : [...chosen, word];
}

type ToggleProps = {
  icon: ReactNode;
  word: string;
  /** Undefined until it is known. */
  count: number | undefined;
  pressed: boolean;
  onPress: () => void;
};

function Toggle({ icon, word, count, pressed, onPress }: ToggleProps) {
  const t = useTranslations('instances');
  const format = useFormatter();

  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onPress}
      className={clsx(
        'inline-flex h-8 items-center gap-1.5 rounded-md border px-2.5 text-sm transition-colors',
        pressed
          ? 'border-accent bg-accent-soft'
          : 'border-line bg-surface hover:border-line-strong hover:bg-hover',
      )}
    >
      {icon}
      {word}
      <span className={clsx('tabular-nums', count ? 'font-medium' : 'text-faint')}>
        {count === undefined
          ? '…'
          : count >= MOST_COUNTED
            ? t('capped', { count: format.number(MOST_COUNTED) })
            : format.number(count)}
      </span>
    </button>
  );
}

export function InstanceFilters() {
  const t = useTranslations('instances');
  const { workflow, label, period, narrowed, change, clear } = useInstanceFilter();
  const { data: workflows } = useQuery(workflowsQuery());

  return (
    <div role="search" className="flex flex-wrap items-center gap-2">
      <ObjectSearch />
      <Select
        aria-label={t('workflow')}
        className="w-full sm:w-52"
        value={workflow ?? ''}
        onChange={(event) => change({ workflow: event.target.value || null })}
      >
        <option value="">{t('anyWorkflow')}</option>
        {workflow !== null && !workflows?.data.some(({ key }) => key === workflow) && (
          <option value={workflow}>{workflow}</option>
        )}
        {workflows?.data.map(({ key, name }) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </Select>
      <Select
        aria-label={t('period')}
        className="w-40"
        value={period ?? ''}
        onChange={(event) => change({ period: periodFrom(event.target.value) })}
      >
        <option value="">{t('anyTime')}</option>
        {PERIODS.map((each) => (
          <option key={each} value={each}>
            {t(`periods.${each}`)}
          </option>
        ))}
      </Select>
      <Input
        aria-label={t('label')}
        placeholder={t('labelExample')}
        className="!w-40"
        aria-invalid={label !== null && !isLabel(label)}
        title={t('labelHint')}
        value={label ?? ''}
        onChange={(event) => change({ label: event.target.value || null }, true)}
      />
      {narrowed && (
        <Button variant="ghost" icon={X} onClick={clear}>
          {t('clearFilters')}
        </Button>
      )}
    </div>
  );
}

/** Part of an object id, anywhere in it; or exactly one, which is found however old it is. */
function ObjectSearch() {
  const t = useTranslations('instances');
  const { search, objectId, change } = useInstanceFilter();
  const exact = objectId !== null;
  const text = objectId ?? search ?? '';
  const narrow = (written: string, exactly: boolean, typed: boolean) =>
    change(
      exactly
        ? { objectId: written || null, search: null }
        : { search: written || null, objectId: null },
      typed,
    );

  return (
    <span className="relative flex w-full sm:w-80">
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-faint"
      />
      <Input
        type="search"
        aria-label={t('search')}
        placeholder={t('search')}
        className="pr-18 pl-8"
        value={text}
        onChange={(event) => narrow(event.target.value, exact, true)}
      />
      <button
        type="button"
        aria-pressed={exact}
        title={t('exactHint')}
        disabled={text === ''}
        className={clsx(
          'absolute top-1 right-1 h-6 rounded-sm px-1.5 text-xs disabled:opacity-50',
          exact ? 'bg-accent-soft font-medium text-accent' : 'text-muted hover:bg-hover',
        )}
        onClick={() => narrow(text, !exact, false)}
      >
        {t('exact')}
      </button>
    </span>
  );
}

function periodFrom(text: string): Period | null {
  return PERIODS.find((each) => each === text) ?? null;
}

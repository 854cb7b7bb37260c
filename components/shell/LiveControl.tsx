'use client';

import { clsx } from 'clsx';
import { Pause, Play } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useLive } from '../query/provider.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';

const DOT = {
  open: 'good',
  connecting: 'idle',
  lost: 'warn',
  off: 'idle',
} as const;

/** Says whether the page moves by itself, and stops or restarts that. */
export function LiveControl() {
  const t = useTranslations('live');
  const { status, setPaused } = useLive();
  const paused = status === 'off';
  const Icon = paused ? Play : Pause;

  return (
    <Tooltip text={paused ? t('resumeHint') : t('pauseHint')}>
      <button
        type="button"
        aria-pressed={!paused}
        aria-label={`${t('label')}: ${t(status)}`}
        onClick={() => setPaused(!paused)}
        className="inline-flex h-8 items-center gap-2 rounded-md border border-transparent px-2 text-xs font-medium text-muted hover:bg-hover hover:text-text"
      >
        <span
          aria-hidden
          data-tone={DOT[status]}
          className={clsx(
            'size-2 rounded-full',
            paused ? 'border-2 border-tone-solid' : 'bg-tone-solid',
          )}
        />
        <span className="hidden sm:inline">{t(status)}</span>
        <Icon aria-hidden className="size-3.5" />
      </button>
    </Tooltip>
  );
}

/** What is on screen may be old: said once, at the top, until the connection is back. */
export function StaleBanner() {
  const t = useTranslations('live');
  const { status } = useLive();

  if (status !== 'lost') {
    return null;
  }

  return (
    <p
      role="status"
      data-tone="warn"
      className="border-b border-tone-line bg-tone-soft px-4 py-1.5 text-xs text-tone"
    >
      {t('lostBanner')}
    </p>
  );
}

import { clsx } from 'clsx';

/** A bar resting in its catch: the latch that every join waits on. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden className={clsx('text-accent', className ?? 'size-5')}>
      <rect x="1" y="1" width="22" height="22" rx="6" fill="currentColor" />
      <path
        d="M6.25 12h8.5"
        stroke="var(--accent-text)"
        strokeWidth="2.5"
        strokeLinecap="round"
        fill="none"
      />
      <path
        d="M13.75 6.75v3M17.75 6.75v10.5h-4v-3"
        stroke="var(--accent-text)"
        strokeWidth="2.1"
        strokeLinecap="round"
        strokeLinejoin="round"
        fill="none"
      />
      <circle cx="6.75" cy="12" r="2" fill="var(--accent-text)" />
    </svg>
  );
}

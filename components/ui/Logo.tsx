import { clsx } from 'clsx';

/** A hook closed around its pin: the latch that every join waits on. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden className={clsx('text-accent', className ?? 'size-5')}>
      <rect x="0.5" y="0.5" width="23" height="23" rx="6.5" fill="currentColor" />
      <g fill="var(--accent-text)">
        <path
          d="M6 7.75h8.25a4.5 4.5 0 1 1-4.5 4.5"
          fill="none"
          stroke="var(--accent-text)"
          strokeWidth="2.3"
          strokeLinecap="round"
        />
        <circle cx="6" cy="7.75" r="2" />
        <circle cx="14.25" cy="12.25" r="1.6" />
      </g>
    </svg>
  );
}

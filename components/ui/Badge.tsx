import { clsx } from 'clsx';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** What a colour means; the colours themselves are in app/globals.css. */
export type Tone =
  | 'idle'
  | 'waiting'
  | 'handed'
  | 'active'
  | 'good'
  | 'bad'
  | 'warn'
  | 'blocked'
  | 'accent';

type BadgeProps = {
  tone?: Tone;
  icon?: LucideIcon;
  spin?: boolean;
  className?: string;
  children: ReactNode;
};

export function Badge({
  tone = 'idle',
  icon: Icon,
  spin = false,
  className,
  children,
}: BadgeProps) {
  return (
    <span
      data-tone={tone}
      className={clsx(
        'inline-flex h-5 max-w-full items-center gap-1 rounded-full border border-tone-line bg-tone-soft px-1.5 align-middle text-xs font-medium tracking-normal whitespace-nowrap text-tone',
        className,
      )}
    >
      {Icon && (
        <Icon
          aria-hidden
          className={clsx('size-3 shrink-0', spin && 'animate-spin [animation-duration:2.4s]')}
        />
      )}
      <span className="truncate">{children}</span>
    </span>
  );
}

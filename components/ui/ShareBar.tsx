import { clsx } from 'clsx';
import type { ComponentProps } from 'react';
import type { Tone } from './Badge.tsx';

type Share = { readonly tone: Tone; readonly count: number; readonly hatched?: boolean };

type ShareBarProps = Omit<ComponentProps<'span'>, 'children'> & {
  total: number;
  shares: readonly Share[];
};

/** Parts of a whole, one beside the other. Seen only, unless it is given a role: then its words come with it. */
export function ShareBar({ total, shares, className, role, ...rest }: ShareBarProps) {
  return (
    <span
      role={role}
      aria-hidden={role === undefined || undefined}
      className={clsx('flex overflow-hidden rounded-full bg-sunken ring-1 ring-line', className)}
      {...rest}
    >
      {shares.map(({ tone, count, hatched = false }) => (
        <span
          key={tone}
          data-tone={tone}
          className={clsx('bg-tone-solid transition-[width]', hatched && 'hatched')}
          style={{ width: `${total === 0 ? 0 : (100 * count) / total}%` }}
        />
      ))}
    </span>
  );
}

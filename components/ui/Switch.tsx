'use client';

import { clsx } from 'clsx';
import { Switch as Radix } from 'radix-ui';
import type { ComponentProps } from 'react';

/** Needs a name: `aria-label`, or a <label> for its id. */
export function Switch({ className, ...rest }: ComponentProps<typeof Radix.Root>) {
  return (
    <Radix.Root
      className={clsx(
        'inline-flex h-[18px] w-8 shrink-0 align-middle items-center rounded-full border border-control bg-sunken transition-colors',
        'data-[state=checked]:border-accent data-[state=checked]:bg-accent disabled:cursor-not-allowed disabled:opacity-55',
        className,
      )}
      {...rest}
    >
      <Radix.Thumb className="block size-3 translate-x-[2px] rounded-full bg-control transition-transform data-[state=checked]:translate-x-[16px] data-[state=checked]:bg-accent-text" />
    </Radix.Root>
  );
}

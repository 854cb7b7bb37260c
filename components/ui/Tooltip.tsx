'use client';

import { Tooltip as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

export const TooltipProvider = Radix.Provider;

type TooltipProps = {
  text: ReactNode;
  hint?: ReactNode;
  side?: 'top' | 'right' | 'bottom' | 'left';
  children: ReactNode;
};

/** Words for something that has an accessible name already: a tooltip never carries what cannot be reached otherwise. */
export function Tooltip({ text, hint, side = 'top', children }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 flex max-w-80 animate-fade items-center gap-2 rounded-md border bg-raised px-2 py-1 text-xs text-text shadow-pop"
        >
          {text}
          {hint !== undefined && <span className="text-faint">{hint}</span>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

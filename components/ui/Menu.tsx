'use client';

import { clsx } from 'clsx';
import type { LucideIcon } from 'lucide-react';
import { Check } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

export const Menu = Radix.Root;
export const MenuRadioGroup = Radix.RadioGroup;

export function MenuTrigger({ children }: { children: ReactNode }) {
  return <Radix.Trigger asChild>{children}</Radix.Trigger>;
}

export function MenuContent({
  align = 'end',
  children,
}: {
  align?: 'start' | 'center' | 'end';
  children: ReactNode;
}) {
  return (
    <Radix.Portal>
      <Radix.Content
        align={align}
        sideOffset={6}
        collisionPadding={8}
        className="z-50 max-h-[70vh] min-w-44 animate-appear overflow-y-auto rounded-lg border bg-raised p-1 shadow-pop"
      >
        {children}
      </Radix.Content>
    </Radix.Portal>
  );
}

const row =
  'flex min-h-8 w-full items-center gap-2 rounded-md px-2 text-sm outline-none select-none data-[disabled]:opacity-50 data-[highlighted]:bg-hover';

type MenuItemProps = {
  icon?: LucideIcon;
  danger?: boolean;
  disabled?: boolean;
  /** Why it cannot be chosen now. It can still be reached and read. */
  unavailable?: string | undefined;
  /** A shortcut, at the far end. */
  hint?: ReactNode;
  /** Its only child is a link that becomes the item. */
  asChild?: boolean;
  onSelect?: (event: Event) => void;
  children: ReactNode;
};

export function MenuItem({
  icon: Icon,
  danger = false,
  hint,
  asChild = false,
  unavailable,
  onSelect,
  children,
  ...rest
}: MenuItemProps) {
  return (
    <Radix.Item
      asChild={asChild}
      data-tone={danger ? 'bad' : undefined}
      className={clsx(row, danger && 'text-tone')}
      {...(unavailable !== undefined && { 'aria-disabled': true })}
      onSelect={unavailable === undefined ? onSelect : (event) => event.preventDefault()}
      {...rest}
    >
      {asChild ? (
        children
      ) : (
        <>
          {Icon && <Icon aria-hidden className={clsx('size-4', !danger && 'text-faint')} />}
          {unavailable === undefined ? (
            <span className="flex-1">{children}</span>
          ) : (
            <span className="flex max-w-64 flex-1 flex-col py-1">
              <span className="opacity-60">{children}</span>
              <span className="text-xs text-muted">{unavailable}</span>
            </span>
          )}
          {hint !== undefined && <span className="text-xs text-faint">{hint}</span>}
        </>
      )}
    </Radix.Item>
  );
}

export function MenuRadioItem({ value, children }: { value: string; children: ReactNode }) {
  return (
    <Radix.RadioItem value={value} className={clsx(row, 'pl-8 data-[state=checked]:pl-2')}>
      <Radix.ItemIndicator>
        <Check aria-hidden className="size-4 text-accent" />
      </Radix.ItemIndicator>
      {children}
    </Radix.RadioItem>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <Radix.Label className="px-2 pt-1.5 pb-1 text-2xs font-medium text-faint">
      {children}
    </Radix.Label>
  );
}

export function MenuSeparator() {
  return <Radix.Separator className="mx-1 my-1 h-px bg-line" />;
}

'use client';

import { clsx } from 'clsx';
import type { LucideIcon } from 'lucide-react';
import { Tabs as Radix } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';

export const Tabs = Radix.Root;

export function TabList({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <Radix.List
      aria-label={label}
      className={clsx('flex gap-1 overflow-x-auto border-b [scrollbar-width:none]', className)}
    >
      {children}
    </Radix.List>
  );
}

export function Tab({
  value,
  icon: Icon,
  count,
  disabled = false,
  children,
}: {
  value: string;
  icon?: LucideIcon;
  count?: number | undefined;
  disabled?: boolean;
  children: ReactNode;
}) {
  return (
    <Radix.Trigger
      value={value}
      disabled={disabled}
      className="-mb-px inline-flex h-9 shrink-0 items-center gap-1.5 rounded-t-md border-b-2 border-transparent px-2.5 text-sm font-medium text-muted transition-colors -outline-offset-2 hover:text-text disabled:opacity-55 data-[state=active]:border-accent data-[state=active]:text-text"
    >
      {Icon && <Icon aria-hidden className="size-4" />}
      {children}
      {count !== undefined && (
        <span className="rounded-full bg-sunken px-1.5 text-2xs text-muted tabular-nums">
          {count}
        </span>
      )}
    </Radix.Trigger>
  );
}

export function TabPanel({ className, ...rest }: ComponentProps<typeof Radix.Content>) {
  return <Radix.Content className={clsx('focus-visible:outline-none', className)} {...rest} />;
}

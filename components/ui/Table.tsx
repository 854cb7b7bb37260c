import { clsx } from 'clsx';
import type { ComponentProps, ReactNode } from 'react';

/** Scrolls sideways inside its card on narrow screens; the region can be reached and scrolled by keyboard. */
export function Table({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <div
      role="region"
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region must take the focus
      tabIndex={0}
      className={clsx('card relative overflow-x-auto', className)}
    >
      <table className="w-full border-collapse text-left text-sm">{children}</table>
    </div>
  );
}

export function TableHead({ children }: { children: ReactNode }) {
  return (
    <thead className="border-b bg-sunken text-xs text-muted">
      <tr>{children}</tr>
    </thead>
  );
}

export function Th({ className, ...rest }: ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      className={clsx('h-8 px-3 font-medium whitespace-nowrap', className)}
      {...rest}
    />
  );
}

export function TableBody({ children }: { children: ReactNode }) {
  return <tbody className="divide-y divide-line">{children}</tbody>;
}

export function Tr({ className, ...rest }: ComponentProps<'tr'>) {
  return <tr className={clsx('hover:bg-hover/60', className)} {...rest} />;
}

export function Td({ className, ...rest }: ComponentProps<'td'>) {
  return <td className={clsx('h-10 px-3 py-1.5 align-middle', className)} {...rest} />;
}

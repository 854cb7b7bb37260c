import { clsx } from 'clsx';
import { useId } from 'react';
import type { ReactNode } from 'react';

/** A titled card. */
export function Panel({
  title,
  aside,
  className,
  bodyClassName,
  children,
}: {
  title: ReactNode;
  aside?: ReactNode;
  className?: string;
  bodyClassName?: string;
  children: ReactNode;
}) {
  const id = useId();

  return (
    <section aria-labelledby={id} className={clsx('card flex min-w-0 flex-col', className)}>
      <header className="flex min-h-10 flex-wrap items-center justify-between gap-x-3 gap-y-1.5 border-b px-4 py-1.5">
        <h2 id={id} className="text-sm font-semibold">
          {title}
        </h2>
        {aside}
      </header>
      <div className={clsx('min-h-0 min-w-0 flex-1', bodyClassName ?? 'p-4')}>{children}</div>
    </section>
  );
}

/** Label and value, side by side, as the facts of a thing. */
export function Facts({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <dl
      className={clsx(
        'grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm',
        className,
      )}
    >
      {children}
    </dl>
  );
}

export function Fact({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

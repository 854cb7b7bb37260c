import { clsx } from 'clsx';
import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';

const control =
  'w-full rounded-md border border-control bg-surface px-2.5 text-sm text-text transition-colors hover:border-muted disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-tone-solid aria-invalid:ring-1 aria-invalid:ring-tone-solid';

/** An invalid control takes the tone of a mistake. */
function mistake(invalid: ComponentProps<'input'>['aria-invalid']): 'bad' | undefined {
  return invalid === true || invalid === 'true' ? 'bad' : undefined;
}

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input
      data-tone={mistake(rest['aria-invalid'])}
      className={clsx(control, 'h-8', className)}
      {...rest}
    />
  );
}

export function Textarea({ className, rows = 4, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea
      data-tone={mistake(rest['aria-invalid'])}
      rows={rows}
      className={clsx(control, 'resize-y py-1.5 leading-5', className)}
      {...rest}
    />
  );
}

/** The platform's own select: it works with every keyboard, screen reader and phone. */
export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <span className={clsx('relative inline-block', className ?? 'w-full')}>
      <select
        data-tone={mistake(rest['aria-invalid'])}
        className={clsx(control, 'h-8 appearance-none pr-7 [&>option]:bg-raised')}
        {...rest}
      >
        {children}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2 size-3.5 -translate-y-1/2 text-faint"
      />
    </span>
  );
}

export function Checkbox({ className, ...rest }: Omit<ComponentProps<'input'>, 'type'>) {
  return (
    <input
      type="checkbox"
      className={clsx('size-4 shrink-0 rounded-sm align-middle accent-[var(--accent)]', className)}
      {...rest}
    />
  );
}

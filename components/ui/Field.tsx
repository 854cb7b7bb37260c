import { clsx } from 'clsx';
import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useId } from 'react';
import type { ReactNode } from 'react';

/** What a control inside a Field must carry, so that its label, hint and error are heard with it. */
export type ControlProps = {
  id: string;
  required?: boolean;
  'aria-invalid'?: boolean;
  'aria-describedby'?: string;
};

type FieldProps = {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  /** What may be meant so, and may be a mistake. */
  warning?: string | undefined;
  required?: boolean;
  /** Beside the label, at the far end. */
  aside?: ReactNode;
  className?: string;
  children: (control: ControlProps) => ReactNode;
};

export function Field({
  label,
  hint,
  error,
  warning,
  required = false,
  aside,
  className,
  children,
}: FieldProps) {
  const id = useId();
  const described = [
    hint !== undefined && `${id}-hint`,
    error !== undefined && `${id}-error`,
    warning !== undefined && `${id}-warning`,
  ]
    .filter((part) => part !== false)
    .join(' ');

  return (
    <div className={clsx('flex flex-col gap-1', className)}>
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="text-xs font-medium text-text">
          {label}
          {required && (
            <span aria-hidden data-tone="bad" className="ml-0.5 text-tone">
              *
            </span>
          )}
        </label>
        {aside}
      </div>
      {children({
        id,
        ...(required && { required }),
        ...(error !== undefined && { 'aria-invalid': true }),
        ...(described !== '' && { 'aria-describedby': described }),
      })}
      {error !== undefined && <FieldError id={`${id}-error`}>{error}</FieldError>}
      {warning !== undefined && <FieldWarning id={`${id}-warning`}>{warning}</FieldWarning>}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

export function FieldError({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p id={id} role="alert" data-tone="bad" className="flex items-start gap-1 text-xs text-tone">
      <CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
      <span className="whitespace-pre-line">{children}</span>
    </p>
  );
}

function FieldWarning({ id, children }: { id: string; children: ReactNode }) {
  return (
    <p
      id={id}
      role="status"
      data-tone="warn"
      className="flex items-start gap-1 text-xs break-words text-tone"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
      <span className="min-w-0 whitespace-pre-line">{children}</span>
    </p>
  );
}

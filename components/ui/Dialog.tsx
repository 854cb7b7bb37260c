'use client';

import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Dialog as Radix } from 'radix-ui';
import { useRef } from 'react';
import type { ReactNode } from 'react';
import { IconButton } from './Button.tsx';
import { focusedNow, giveFocusBack } from './focus.ts';

const widths = { sm: 'max-w-md', md: 'max-w-xl', lg: 'max-w-3xl' } as const;

type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  width?: keyof typeof widths;
  /** A click beside it does not close it. */
  keepsWhatIsWritten?: boolean;
  children: ReactNode;
};

/** Mounted only while open, so every opening starts from fresh state. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  width = 'sm',
  keepsWhatIsWritten = false,
  children,
}: DialogProps) {
  const t = useTranslations('common');
  const before = useRef<Element | null>(null);

  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-[oklch(0.2_0.02_220/0.45)]" />
        <Radix.Content
          // Radix warns when neither a description nor this explicit "none" is given.
          {...(description === undefined && { 'aria-describedby': undefined })}
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            before.current = focusedNow();
            focusFirst(event.currentTarget);
          }}
          // Radix gives it back to the dialog's own trigger, and these have none.
          onCloseAutoFocus={() => giveFocusBack(before.current)}
          onPointerDownOutside={(event) => keepsWhatIsWritten && event.preventDefault()}
          className={clsx(
            'fixed top-[8vh] left-1/2 z-40 flex max-h-[84vh] w-[calc(100vw-1.5rem)] -translate-x-1/2 animate-appear flex-col rounded-xl border bg-raised shadow-modal focus:outline-none',
            widths[width],
          )}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description !== undefined && (
                <Radix.Description className="mt-0.5 text-sm text-muted">
                  {description}
                </Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton label={t('close')} icon={X} size="sm" className="-mr-1.5" />
            </Radix.Close>
          </header>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The first thing to fill in; where there is none, the dialog itself, so that Enter confirms nothing by accident. */
function focusFirst(dialog: EventTarget | null): void {
  if (dialog instanceof HTMLElement) {
    const control = dialog.querySelector<HTMLElement>(
      'input:not([type="file"], [type="hidden"]), select, textarea',
    );
    (control ?? dialog).focus();
  }
}

type DialogBodyProps = {
  /** Has nothing in it that takes the focus, and may yet be long: the keyboard scrolls it. */
  readOnly?: boolean;
  className?: string;
  children: ReactNode;
};

export function DialogBody({ readOnly = false, className, children }: DialogBodyProps) {
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by the keyboard
      tabIndex={readOnly ? 0 : undefined}
      className={clsx('min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-4', className)}
    >
      {children}
    </div>
  );
}

export function DialogFooter({ children }: { children: ReactNode }) {
  return (
    <footer className="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3">
      {children}
    </footer>
  );
}

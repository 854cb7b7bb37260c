'use client';

import { clsx } from 'clsx';
import type { LucideIcon } from 'lucide-react';
import { LoaderCircle } from 'lucide-react';
import Link from 'next/link';
import { Slot } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { Tooltip } from './Tooltip.tsx';

const variants = {
  primary:
    'border-transparent bg-accent text-accent-text shadow-card hover:bg-accent-hover disabled:hover:bg-accent',
  secondary:
    'border-line-strong bg-surface text-text shadow-card hover:bg-hover disabled:hover:bg-surface',
  ghost: 'border-transparent text-muted hover:bg-hover hover:text-text',
  danger: 'border-tone-line bg-tone-soft text-tone hover:border-tone-solid',
} as const;

const sizes = {
  sm: 'h-7 gap-1 px-2 text-xs',
  md: 'h-8 gap-1.5 px-3 text-sm',
} as const;

export type ButtonVariant = keyof typeof variants;

export const buttonBase =
  'inline-flex shrink-0 items-center justify-center rounded-md border font-medium whitespace-nowrap transition-colors select-none disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55';

type ButtonProps = ComponentProps<'button'> & {
  variant?: ButtonVariant;
  size?: keyof typeof sizes;
  icon?: LucideIcon;
  /** Shows a spinner and refuses further clicks, without taking the focus away as `disabled` would. */
  busy?: boolean;
  /** Renders its only child (a link) with the looks of a button; `icon` and `busy` do not apply. */
  asChild?: boolean;
};

export function Button({
  variant = 'secondary',
  size = 'md',
  icon: Icon,
  busy = false,
  asChild = false,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const looks = clsx(buttonBase, variants[variant], sizes[size], className);

  if (asChild) {
    return (
      <Slot.Root className={looks} {...rest}>
        {children}
      </Slot.Root>
    );
  }

  return (
    <button
      type={type}
      className={looks}
      data-tone={variant === 'danger' ? 'bad' : undefined}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {busy ? (
        <LoaderCircle aria-hidden className="size-3.5 animate-spin" />
      ) : (
        Icon && <Icon aria-hidden className="size-3.5" />
      )}
      {children}
    </button>
  );
}

type IconButtonProps = Omit<ComponentProps<'button'>, 'children' | 'aria-label'> & {
  /** Its accessible name, and its tooltip. */
  label: string;
  icon: LucideIcon;
  variant?: ButtonVariant;
  size?: keyof typeof sizes;
  /** A shortcut or a word shown after the label in the tooltip. */
  hint?: ReactNode;
  iconClassName?: string;
  /** Makes it a link that looks like a button. */
  href?: string;
};

export function IconButton({
  label,
  icon: Icon,
  variant = 'ghost',
  size = 'md',
  hint,
  className,
  iconClassName,
  href,
  type = 'button',
  ...rest
}: IconButtonProps) {
  const looks = clsx(buttonBase, variants[variant], size === 'sm' ? 'size-7' : 'size-8', className);
  const picture = <Icon aria-hidden className={iconClassName ?? 'size-4'} />;

  return (
    <Tooltip text={label} hint={hint}>
      {href === undefined ? (
        <button type={type} aria-label={label} className={looks} {...rest}>
          {picture}
        </button>
      ) : (
        <Link href={href} aria-label={label} className={looks}>
          {picture}
        </Link>
      )}
    </Tooltip>
  );
}

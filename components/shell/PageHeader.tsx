import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';

type PageHeaderProps = {
  title: ReactNode;
  description?: ReactNode;
  /** The pages above this one. */
  trail?: readonly { href: string; label: string }[];
  actions?: ReactNode;
};

const NO_TRAIL: NonNullable<PageHeaderProps['trail']> = [];

export function PageHeader({ title, description, trail = NO_TRAIL, actions }: PageHeaderProps) {
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        {trail.length > 0 && (
          <ol className="mb-0.5 flex items-center gap-1 text-xs text-muted">
            {trail.map(({ href, label }) => (
              <li key={href} className="flex min-w-0 items-center gap-1">
                <Link href={href} className="truncate hover:text-text hover:underline">
                  {label}
                </Link>
                <ChevronRight aria-hidden className="size-3 shrink-0 text-faint" />
              </li>
            ))}
          </ol>
        )}
        <h1 className="flex flex-wrap items-center gap-2 text-xl font-semibold tracking-tight">
          {title}
        </h1>
        {description !== undefined && (
          <div className="mt-0.5 text-sm text-muted">{description}</div>
        )}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}

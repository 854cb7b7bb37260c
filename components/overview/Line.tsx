'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { RelativeTime } from '../ui/Time.tsx';

type LineProps = {
  /** A status or sign, with its words. */
  face: ReactNode;
  href: string;
  /** What it is about; the link is named by it. */
  subject: ReactNode;
  /** What the subject belongs to. */
  of?: ReactNode;
  /** More of it, cut at the end of the line. */
  detail?: ReactNode;
  /** The whole of `detail`, where it is cut. */
  full?: string | undefined;
  at: string | null;
};

/** One thing that wants a look, and the way to it. */
export function Line({ face, href, subject, of, detail, full, at }: LineProps) {
  return (
    <li className="flex items-center gap-3 px-4 py-2">
      {face}
      <div className="min-w-0 flex-1">
        <p className="truncate">
          <Link href={href} className="font-medium hover:underline">
            {subject}
          </Link>
          {of !== undefined && <span className="text-muted"> {of}</span>}
        </p>
        {detail !== undefined && (
          <p className="truncate text-xs text-muted" title={full}>
            {detail}
          </p>
        )}
      </div>
      {at !== null && (
        <RelativeTime at={at} className="shrink-0 text-xs whitespace-nowrap text-muted" />
      )}
    </li>
  );
}

/** Lines one below the other. */
export function Lines({ children }: { children: ReactNode }) {
  return <ul className="divide-y divide-line text-sm">{children}</ul>;
}

/** Leads to the whole list that a panel shows the beginning of. */
export function ShowAll({ href, label, of }: { href: string; label: string; of: string }) {
  return (
    <Link
      href={href}
      aria-label={`${of}: ${label}`}
      className="text-xs text-accent hover:underline"
    >
      {label}
    </Link>
  );
}

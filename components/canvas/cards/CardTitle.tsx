'use client';

import { clsx } from 'clsx';
import { CircleAlert, Power, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { FaceIcon } from '../../status/StatusBadge.tsx';
import { TASK_FACES } from '../../status/faces.ts';
import { titleOf } from '../read.ts';
import type { CardProps } from './card.ts';

/** The icon of the kind; while an instance is looked at, the face of the task's state stands in its place. */
export function CardIcon({ Icon, tone, run }: Pick<CardProps, 'Icon' | 'tone' | 'run'>) {
  const face = run === undefined ? undefined : TASK_FACES[run.status];

  return (
    <span
      data-tone={face?.tone ?? tone}
      className="grid size-7 shrink-0 place-items-center rounded-md border border-tone-line bg-tone-soft text-tone"
    >
      {face === undefined ? <Icon aria-hidden className="size-4" /> : <FaceIcon face={face} />}
    </span>
  );
}

export function CardTitle({ node, className }: Pick<CardProps, 'node'> & { className?: string }) {
  const title = titleOf(node);

  return (
    <span
      title={title}
      className={clsx(
        'min-w-0 truncate text-sm font-semibold text-text',
        node.disabled === true && 'text-muted line-through',
        className,
      )}
    >
      {title}
    </span>
  );
}

/** Signs at the far end of the title: what is wrong, and whether the node is left out. */
export function CardSigns({ node, marks }: Pick<CardProps, 'node' | 'marks'>) {
  const t = useTranslations('designer.canvas');

  return (
    <span className="ml-auto flex shrink-0 items-center gap-1">
      {node.disabled === true && (
        <Power role="img" aria-label={t('disabled')} className="size-3.5 text-faint" />
      )}
      {marks !== undefined && <MarkSign marks={marks} />}
    </span>
  );
}

function MarkSign({ marks }: { marks: NonNullable<CardProps['marks']> }) {
  const Icon = marks.severity === 'error' ? CircleAlert : TriangleAlert;

  return (
    <span
      data-tone={marks.severity === 'error' ? 'bad' : 'warn'}
      title={marks.messages.join('\n')}
      className="text-tone"
    >
      <Icon role="img" aria-label={marks.messages.join('; ')} className="size-4" />
    </span>
  );
}

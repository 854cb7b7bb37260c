'use client';

import { CircleAlert, CircleCheck, CircleMinus, CirclePlus } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { VersionChange } from '#api/types.ts';
import type { Tone } from '../../ui/Badge.tsx';

/** What a move to another version keeps, adds and drops, and what stands in its way. */
export function VersionMapping({ change }: { change: VersionChange }) {
  const t = useTranslations('moves.change-version');
  const words = useTranslations('status.task');
  const stateOf = ({ status }: VersionChange['nodes'][number]) =>
    status === 'open' ? t('open') : words(status);
  const kept = change.nodes.filter(({ mapped }) => mapped);
  const dropped = change.nodes.filter(({ mapped }) => !mapped);

  return (
    <dl aria-live="polite" className="flex flex-col gap-2">
      {change.problems.length > 0 && (
        <Group tone="bad" icon={CircleAlert} title={t('problems')} many={change.problems.length}>
          {change.problems.map(({ code, key, message }) => (
            <li key={`${code} ${key}`} className="w-full">
              {message}
            </li>
          ))}
        </Group>
      )}
      <Group
        tone="good"
        icon={CircleCheck}
        title={t('kept')}
        hint={t('keptHint')}
        many={kept.length}
      >
        {kept.map((node) => (
          <Node key={node.key} name={node.key} aside={stateOf(node)} />
        ))}
      </Group>
      <Group
        tone="accent"
        icon={CirclePlus}
        title={t('added')}
        hint={t('addedHint')}
        many={change.added.length}
      >
        {change.added.map((key) => (
          <Node key={key} name={key} />
        ))}
      </Group>
      <Group
        tone="warn"
        icon={CircleMinus}
        title={t('dropped')}
        hint={t('droppedHint')}
        many={dropped.length}
      >
        {dropped.map((node) => (
          <Node key={node.key} name={node.key} aside={stateOf(node)} />
        ))}
      </Group>
    </dl>
  );
}

type GroupProps = {
  tone: Tone;
  icon: LucideIcon;
  title: string;
  hint?: string;
  many: number;
  children: ReactNode;
};

function Group({ tone, icon: Icon, title, hint, many, children }: GroupProps) {
  const t = useTranslations('moves.change-version');

  return (
    <div data-tone={tone} className="rounded-md border border-tone-line px-3 py-2">
      <dt className="flex items-baseline gap-1.5 text-xs font-medium text-tone">
        <Icon aria-hidden className="size-3.5 self-center" />
        {title}
        {many > 0 && hint !== undefined && <span className="font-normal text-muted">— {hint}</span>}
      </dt>
      <dd className="mt-1 text-sm">
        {many === 0 ? (
          <span className="text-muted">{t('nothing')}</span>
        ) : (
          <ul className="flex max-h-32 flex-wrap gap-x-3 gap-y-1 overflow-y-auto">{children}</ul>
        )}
      </dd>
    </div>
  );
}

function Node({ name, aside }: { name: string; aside?: string }) {
  return (
    <li>
      <span className="mono">{name}</span>
      {aside !== undefined && <span className="ml-1 text-xs text-muted">{aside}</span>}
    </li>
  );
}

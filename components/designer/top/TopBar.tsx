'use client';

import {
  ArrowLeft,
  Braces,
  FlaskConical,
  Keyboard,
  ListTree,
  Rocket,
  Workflow,
} from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Badge } from '../../ui/Badge.tsx';
import { Button, IconButton } from '../../ui/Button.tsx';
import { hintOf, useUi, VIEWS, type View } from '../commands/context.ts';
import { useAutosave, useEditable, useEditor } from '../editor/context.ts';
import { useSimulation } from '../simulate/context.tsx';
import { HistoryControls } from './HistoryControls.tsx';
import { SaveStatus } from './SaveStatus.tsx';

const VIEW_ICONS = { canvas: Workflow, outline: ListTree, json: Braces } as const satisfies Record<
  View,
  unknown
>;

export function TopBar({ name }: { name: string }) {
  const t = useTranslations('designer');
  const editor = useEditor();
  const editable = useEditable();
  const ui = useUi();
  const { open: simulating } = useSimulation();

  return (
    <header className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 border-b bg-surface px-2 py-1">
      <Button asChild variant="ghost" size="sm" className="min-w-0 shrink">
        <Link href={`/workflows/${editor.workflow}`}>
          <ArrowLeft aria-hidden className="size-3.5 shrink-0" />
          <span className="sr-only">{t('top.back')}</span>
          <h1 className="max-w-56 truncate text-sm font-semibold text-text">{name}</h1>
        </Link>
      </Button>
      <StateBadge />
      <ViewSwitch />
      {editable && <HistoryControls />}
      <div className="min-w-0 flex-1">{editable && <SaveStatus />}</div>
      <Button
        size="sm"
        icon={FlaskConical}
        aria-pressed={simulating}
        title={hintOf('simulate')}
        onClick={() => ui.open('simulate')}
      >
        {t('commands.simulate')}
      </Button>
      <IconButton
        size="sm"
        icon={Keyboard}
        label={t('commands.help')}
        hint={hintOf('help')}
        className="max-md:hidden"
        onClick={() => ui.open('help')}
      />
      {editable && (
        <Button variant="primary" size="sm" icon={Rocket} onClick={() => ui.open('publish')}>
          {t('commands.publish')}
        </Button>
      )}
    </header>
  );
}

/** A draft, or, as long as nobody has changed anything, the version that it would be begun from. */
function StateBadge() {
  const t = useTranslations('designer.top');
  const { etag, phase } = useAutosave();
  const version = /^"v(\d+)"$/.exec(etag ?? '')?.[1];

  return version !== undefined && phase === 'saved' ? (
    <Badge tone="good">{t('version', { version })}</Badge>
  ) : (
    <Badge tone="warn">{t('draft')}</Badge>
  );
}

function ViewSwitch() {
  const t = useTranslations('designer.views');
  const ui = useUi();

  return (
    <div
      role="group"
      aria-label={t('title')}
      className="flex items-center gap-0.5 rounded-md border bg-sunken p-0.5"
    >
      {VIEWS.map((view) => {
        const Icon = VIEW_ICONS[view];

        return (
          <button
            key={view}
            type="button"
            aria-pressed={ui.view === view}
            onClick={() => ui.setView(view)}
            className="flex h-6 items-center gap-1 rounded-sm px-2 text-xs text-muted transition-colors hover:text-text aria-pressed:bg-surface aria-pressed:font-medium aria-pressed:text-text aria-pressed:shadow-card"
          >
            <Icon aria-hidden className="size-3.5" />
            <span className="max-sm:sr-only">{t(view)}</span>
          </button>
        );
      })}
    </div>
  );
}

'use client';

import { Check, CloudOff, LoaderCircle, PencilLine } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { Tone } from '../../ui/Badge.tsx';
import { useProblemText } from '../../query/problem_text.ts';
import { Button } from '../../ui/Button.tsx';
import { formatTimeOfDay } from '../../ui/format_time.ts';
import type { Autosave } from '../autosave/machine.ts';
import { useAutosave, useEditor } from '../editor/context.ts';

/** Whether what is on screen is on the server. "Saved" is said only when the server has said so. */
export function SaveStatus() {
  const t = useTranslations('designer.save');
  const editor = useEditor();
  const state = useAutosave();
  const stuck = state.phase === 'retrying' || state.phase === 'refused';

  return (
    <div className="flex min-w-0 items-center gap-2 text-xs">
      <span
        role="status"
        data-tone={toneOf(state)}
        data-save-phase={state.phase}
        className="flex min-w-0 items-center gap-1 text-tone"
      >
        <Face state={state} />
      </span>
      {stuck && (
        <Button size="sm" onClick={() => void editor.autosave.flush()}>
          {t('again')}
        </Button>
      )}
    </div>
  );
}

function Face({ state }: { state: Autosave }): ReactNode {
  const t = useTranslations('designer.save');
  const locale = useLocale();
  const problemText = useProblemText();

  switch (state.phase) {
    case 'saved':
      return state.savedAt === null ? (
        <Line icon={<Check aria-hidden className="size-3.5" />} text={t('unchanged')} />
      ) : (
        <Line
          icon={<Check aria-hidden className="size-3.5" />}
          text={t('saved', { time: formatTimeOfDay(new Date(state.savedAt), locale) })}
        />
      );
    case 'waiting':
      return <Line icon={<PencilLine aria-hidden className="size-3.5" />} text={t('waiting')} />;
    case 'saving':
      return (
        <Line
          icon={<LoaderCircle aria-hidden className="size-3.5 animate-spin" />}
          text={t('saving')}
        />
      );
    case 'retrying':
      return (
        <Line
          icon={<CloudOff aria-hidden className="size-3.5" />}
          text={t('retrying', {
            because: state.because === null ? '' : problemText(state.because),
          })}
        />
      );
    case 'refused':
      return (
        <Line
          icon={<CloudOff aria-hidden className="size-3.5" />}
          text={t('refused', { because: state.because === null ? '' : problemText(state.because) })}
        />
      );
    case 'conflict':
      return <Line icon={<CloudOff aria-hidden className="size-3.5" />} text={t('conflict')} />;
  }
}

function Line({ icon, text }: { icon: ReactNode; text: string }) {
  return (
    <>
      {icon}
      <span className="max-w-72 truncate" title={text}>
        {text}
      </span>
    </>
  );
}

function toneOf({ phase }: Autosave): Tone {
  switch (phase) {
    case 'saved':
    case 'waiting':
    case 'saving':
      return 'idle';
    case 'retrying':
      return 'warn';
    case 'refused':
    case 'conflict':
      return 'bad';
  }
}

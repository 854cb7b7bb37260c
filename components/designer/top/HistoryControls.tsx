'use client';

import { clsx } from 'clsx';
import { History, Redo2, Undo2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { IconButton } from '../../ui/Button.tsx';
import { Popover, PopoverContent, PopoverTrigger } from '../../ui/Popover.tsx';
import { hintOf } from '../commands/context.ts';
import { useEditor, useEditorState } from '../editor/context.ts';
import { canRedo, canUndo } from '../model/history.ts';
import { useLabelText } from '../words.ts';

/** Undo, redo, and the list of everything that was done, to go to any point of it. */
export function HistoryControls() {
  const t = useTranslations('designer.history');
  const editor = useEditor();
  const history = useEditorState((state) => state.history);
  const labelText = useLabelText();
  const undone = history.entries[history.at];
  const redone = history.entries[history.at + 1];

  return (
    <div className="flex items-center">
      <IconButton
        size="sm"
        icon={Undo2}
        label={
          canUndo(history) && undone !== undefined
            ? t('undo', { what: labelText(undone.label) })
            : t('nothingToUndo')
        }
        hint={hintOf('undo')}
        disabled={!canUndo(history)}
        onClick={editor.undo}
      />
      <IconButton
        size="sm"
        icon={Redo2}
        label={
          canRedo(history) && redone !== undefined
            ? t('redo', { what: labelText(redone.label) })
            : t('nothingToRedo')
        }
        hint={hintOf('redo')}
        disabled={!canRedo(history)}
        onClick={editor.redo}
      />
      <HistoryList />
    </div>
  );
}

function HistoryList() {
  const t = useTranslations('designer.history');
  const editor = useEditor();
  const history = useEditorState((state) => state.history);
  const labelText = useLabelText();
  const [open, setOpen] = useState(false);

  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger>
        <IconButton size="sm" icon={History} label={t('title')} />
      </PopoverTrigger>
      <PopoverContent label={t('title')} className="p-1">
        <ol reversed className="flex max-h-80 flex-col overflow-y-auto">
          {history.entries
            .map((entry, index) => ({ entry, index }))
            .toReversed()
            .map(({ entry, index }) => (
              <li key={index}>
                <button
                  type="button"
                  aria-current={index === history.at ? 'step' : undefined}
                  onClick={() => editor.goTo(index)}
                  className={clsx(
                    'flex w-full items-center gap-2 rounded-md px-2 py-1 text-left text-sm hover:bg-hover',
                    index > history.at && 'text-faint',
                    index === history.at && 'font-medium text-accent',
                  )}
                >
                  <span className="w-6 shrink-0 text-right text-2xs text-faint tabular-nums">
                    {index}
                  </span>
                  <span className="truncate">{labelText(entry.label)}</span>
                </button>
              </li>
            ))}
        </ol>
      </PopoverContent>
    </Popover>
  );
}

'use client';

import { Search } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useId, useState, type KeyboardEvent } from 'react';
import { kindOf } from '../../canvas/kinds/registry.ts';
import { textOf, titleOf } from '../../canvas/read.ts';
import { focusedNow, giveFocusBack } from '../../ui/focus.ts';
import { useUi } from '../commands/context.ts';
import { useDocument, useEditor } from '../editor/context.ts';

const MOST = 8;

/** Finds a node by name, key or work, and goes there. */
export function FindNode({ onClose }: { onClose: () => void }) {
  const t = useTranslations('designer.find');
  const id = useId();
  const document = useDocument();
  const editor = useEditor();
  const ui = useUi();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const [before] = useState(focusedNow);

  useEffect(() => () => giveFocusBack(before), [before]);

  const wanted = text.trim().toLowerCase();
  const found = document.nodes
    .filter((node) =>
      [node.key, textOf(node.name), textOf(node.work)].some((word) =>
        word?.toLowerCase().includes(wanted),
      ),
    )
    .slice(0, MOST);

  function go(key: string | undefined) {
    if (key === undefined) return;
    editor.selectNodes(key);
    onClose();
    ui.reveal(key);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;

    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter') go(found[chosen]?.key);
    else if (event.key === 'ArrowDown') setChosen(Math.min(chosen + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(chosen - 1, 0));
    else return;

    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div className="absolute top-3 left-1/2 z-20 w-80 max-w-[calc(100%-1.5rem)] -translate-x-1/2 animate-appear rounded-lg border bg-raised shadow-pop">
      <div className="flex items-center gap-2 px-3">
        <Search aria-hidden className="size-4 shrink-0 text-faint" />
        <input
          // It was asked for by key or button: the person is about to type.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          type="search"
          role="combobox"
          aria-label={t('label')}
          aria-expanded={found.length > 0}
          aria-controls={id}
          aria-activedescendant={found.length > 0 ? `${id}-${chosen}` : undefined}
          placeholder={t('label')}
          className="h-9 min-w-0 flex-1 bg-transparent text-sm outline-none"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
          onBlur={onClose}
        />
      </div>
      <div id={id} role="listbox" aria-label={t('results')} className="border-t p-1 empty:hidden">
        {found.map((node, index) => {
          const kind = kindOf(node.type);

          return (
            <div
              key={node.key}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              // The field keeps the focus until the choice is made.
              onPointerDown={(event) => {
                event.preventDefault();
                go(node.key);
              }}
              className="flex cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 text-sm hover:bg-hover aria-selected:bg-hover"
            >
              <kind.Icon aria-hidden data-tone={kind.tone} className="size-4 shrink-0 text-tone" />
              <span className="min-w-0 flex-1 truncate">{titleOf(node)}</span>
              <span className="mono max-w-32 truncate text-xs text-faint">
                {textOf(node.work) ?? node.key}
              </span>
            </div>
          );
        })}
      </div>
      {found.length === 0 && <p className="border-t px-3 py-2 text-sm text-muted">{t('none')}</p>}
    </div>
  );
}

'use client';

import { useEffect } from 'react';
import { isInField, isInOverlay } from '../../ui/free_key.ts';
import { isMac, matches } from '../editor/shortcut.ts';
import { COMMAND_IDS, specOf } from './commands.ts';
import type { CommandRuns } from './context.ts';

/** Runs commands by their keys: not while somebody writes, composes (Chinese), or is in a dialog or menu. */
export function useCommandKeys(runs: CommandRuns, editable: boolean): void {
  useEffect(() => {
    const mac = isMac();

    function onKeyDown(event: KeyboardEvent) {
      if (event.isComposing || event.defaultPrevented || isInOverlay(event.target)) return;

      const inField = isInField(event.target);
      const id = COMMAND_IDS.find((command) => {
        const spec = specOf(command);

        return (
          spec.native !== true &&
          (editable || spec.edits !== true) &&
          (!inField || spec.inFields === true) &&
          spec.keys.some((shortcut) => matches(shortcut, event, mac))
        );
      });

      if (id !== undefined) {
        event.preventDefault();
        event.stopPropagation();
        runs[id]();
      }
    }

    // Before anything else hears the key: `?` and `mod+f` mean something else elsewhere.
    document.addEventListener('keydown', onKeyDown, { capture: true });
    return () => document.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [runs, editable]);
}

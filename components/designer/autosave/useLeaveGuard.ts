'use client';

import { useEffect } from 'react';
import type { Editor } from '../editor/editor.ts';
import { dropLocalCopy, keepLocalCopy } from './local_copy.ts';
import { hasUnsaved } from './machine.ts';

/** Lets nothing get lost on the way out: asks before the page is closed, keeps a copy in the tab, and saves when the editor is left. */
export function useLeaveGuard(editor: Editor): void {
  useEffect(() => {
    const { autosave, workflow } = editor;

    function onBeforeUnload(event: BeforeUnloadEvent) {
      if (hasUnsaved(autosave.state())) event.preventDefault();
    }

    function onPageHide() {
      if (hasUnsaved(autosave.state())) keepLocalCopy(workflow, editor.document(), Date.now());
    }

    const onOnline = () => autosave.happened({ type: 'online' });
    const unsubscribe = autosave.subscribe(() => {
      if (!hasUnsaved(autosave.state())) dropLocalCopy(workflow);
    });

    window.addEventListener('beforeunload', onBeforeUnload);
    window.addEventListener('pagehide', onPageHide);
    window.addEventListener('online', onOnline);

    return () => {
      window.removeEventListener('beforeunload', onBeforeUnload);
      window.removeEventListener('pagehide', onPageHide);
      window.removeEventListener('online', onOnline);
      unsubscribe();
      void leave(editor);
    };
  }, [editor]);
}

/** One last try to save. What it does not get through is kept for when the draft is opened in this tab again, and not tried behind its back. */
async function leave({ autosave, workflow, document }: Editor): Promise<void> {
  if (!hasUnsaved(autosave.state())) return;

  keepLocalCopy(workflow, document(), Date.now());
  if (await autosave.flush()) {
    dropLocalCopy(workflow);
  } else {
    autosave.stop();
  }
}

'use client';

import { Download, GitCompareArrows, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState, type ReactNode } from 'react';
import { actorName } from '../../ui/actor.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog.tsx';
import { downloadJson } from '../../ui/download.ts';
import { RelativeTime } from '../../ui/Time.tsx';
import type { Theirs } from '../autosave/machine.ts';
import { DifferenceList } from '../DifferenceList.tsx';
import { useAutosave, useDocument, useEditor } from '../editor/context.ts';
import { differencesOf } from '../model/diff.ts';
import { EMPTY_DOCUMENT, openDocument, toDraft, type Document } from '../model/document.ts';

/** Somebody else has saved this draft. Nothing is written until a person has decided. */
export function ConflictBanner() {
  const { theirs } = useAutosave();
  return theirs === null ? null : <Conflict theirs={theirs} />;
}

function Conflict({ theirs }: { theirs: Theirs }) {
  const t = useTranslations('designer.conflict');
  const editor = useEditor();
  const [comparing, setComparing] = useState(false);
  const document = openDocument(theirs.definition) ?? EMPTY_DOCUMENT;

  function takeTheirs() {
    setComparing(false);
    editor.autosave.happened({ type: 'tookTheirs', document });
    editor.run({ type: 'replace', document, why: 'theirs' });
  }

  function keepMine() {
    setComparing(false);
    editor.autosave.happened({ type: 'keepMine' });
  }

  const decisions = (
    <>
      <Button
        size="sm"
        icon={Download}
        onClick={() => downloadJson(`${editor.workflow}-mine.json`, toDraft(editor.document()))}
      >
        {t('download')}
      </Button>
      <Button size="sm" onClick={takeTheirs}>
        {t('takeTheirs')}
      </Button>
      <Button size="sm" variant="danger" onClick={keepMine}>
        {t('keepMine')}
      </Button>
    </>
  );

  return (
    <div
      role="alert"
      data-tone="bad"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-tone-line bg-tone-soft px-4 py-2 text-sm text-tone"
    >
      <TriangleAlert aria-hidden className="size-4 shrink-0" />
      <p className="min-w-0 flex-1 basis-72">
        {t('text', {
          who: theirs.updatedBy === null ? t('somebody') : actorName(theirs.updatedBy),
        })}{' '}
        {theirs.updatedAt !== null && (
          <>
            (<RelativeTime at={theirs.updatedAt} />)
          </>
        )}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" icon={GitCompareArrows} onClick={() => setComparing(true)}>
          {t('compare')}
        </Button>
        {decisions}
      </div>
      <Dialog open={comparing} onOpenChange={setComparing} title={t('compareTitle')} width="md">
        <Comparison theirs={document}>{decisions}</Comparison>
      </Dialog>
    </div>
  );
}

function Comparison({ theirs, children }: { theirs: Document; children: ReactNode }) {
  const t = useTranslations('designer.conflict');
  const mine = useDocument();

  return (
    <>
      <DialogBody>
        <p className="mb-3 text-sm text-muted">{t('compareText')}</p>
        <DifferenceList differences={differencesOf(theirs, mine)} />
      </DialogBody>
      <DialogFooter>{children}</DialogFooter>
    </>
  );
}

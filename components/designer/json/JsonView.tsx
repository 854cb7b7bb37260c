'use client';

import { Download } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { findRepeated, type Repeated } from '#engine/json_text.ts';
import { Button } from '../../ui/Button.tsx';
import { FieldError } from '../../ui/Field.tsx';
import { downloadJson } from '../../ui/download.ts';
import { Textarea } from '../../ui/Input.tsx';
import { useDocument, useEditable, useEditor } from '../editor/context.ts';
import { openDocument, toDraft, type Document } from '../model/document.ts';

/** Not applied yet; null: nothing is written. */
type Typed = { typed: string | null; onType: (text: string | null) => void };

/** The draft as text, for those who would rather write. What they have not applied yet is kept by the page, whatever view it shows. */
export function JsonView(written: Typed) {
  const t = useTranslations('designer.json');
  const editor = useEditor();
  const document = useDocument();

  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2 p-4">
      <div className="flex items-center justify-between gap-3">
        <p className="text-sm text-muted">{t('about')}</p>
        <Button
          size="sm"
          icon={Download}
          onClick={() => downloadJson(`${editor.workflow}.json`, toDraft(document))}
        >
          {t('download')}
        </Button>
      </div>
      <JsonEditor
        {...written}
        value={toDraft(document)}
        onApply={(next) => editor.run({ type: 'replace', document: next, why: 'json' })}
      />
    </div>
  );
}

/** Text that becomes a document when it is applied. Follows the value from outside as long as nothing was typed. */
export function JsonEditor({
  typed,
  onType,
  value,
  onApply,
}: Typed & {
  value: unknown;
  onApply: (document: Document) => void;
}) {
  const t = useTranslations('designer.json');
  const editable = useEditable();
  const read = typed === null ? null : readText(typed);

  return (
    <>
      <Textarea
        aria-label={t('label')}
        aria-invalid={read !== null && !read.ok}
        spellCheck={false}
        autoCapitalize="off"
        readOnly={!editable}
        className="mono min-h-0 flex-1 resize-none"
        value={typed ?? JSON.stringify(value, null, 2)}
        onChange={(event) => onType(event.target.value)}
      />
      {read !== null && !read.ok && (
        <FieldError>
          {read.why === 'invalid'
            ? t('invalid', { message: read.message })
            : read.why === 'repeated'
              ? t('repeated', { name: JSON.stringify(read.name), ...read.position })
              : t('notDrawable')}
        </FieldError>
      )}
      {editable && (
        <div className="flex justify-end gap-2">
          <Button disabled={typed === null} onClick={() => onType(null)}>
            {t('reset')}
          </Button>
          <Button
            variant="primary"
            disabled={read === null || !read.ok}
            onClick={() => {
              if (read?.ok === true) {
                onApply(read.document);
                onType(null);
              }
            }}
          >
            {t('apply')}
          </Button>
        </div>
      )}
    </>
  );
}

type ReadText =
  | { readonly ok: true; readonly document: Document }
  | { readonly ok: false; readonly why: 'notDrawable' }
  | { readonly ok: false; readonly why: 'invalid'; readonly message: string }
  | ({ readonly ok: false; readonly why: 'repeated' } & Repeated);

function readText(text: string): ReadText {
  try {
    const document = openDocument(JSON.parse(text));
    const repeated = findRepeated(text);
    if (repeated !== null) {
      return { ok: false, why: 'repeated', ...repeated };
    }
    return document === null ? { ok: false, why: 'notDrawable' } : { ok: true, document };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, why: 'invalid', message };
  }
}

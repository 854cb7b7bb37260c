'use client';

import { FileUp } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useId, useState } from 'react';
import { workflowKey } from '#engine/definition.ts';
import { ApiProblem, fieldError } from '../query/problem.ts';
import { useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, DialogBody, DialogFooter } from '../ui/Dialog.tsx';
import { Field, FieldError } from '../ui/Field.tsx';
import { Form } from '../ui/Form.tsx';
import { Checkbox, Input, Select, Textarea } from '../ui/Input.tsx';
import { guessFormat, readDocument } from './import_format.ts';
import type { ImportFormat } from './import_format.ts';
import { useImportWorkflow } from './moves.ts';
import type { Imported } from './moves.ts';

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('import');
  const imported = useImportWorkflow();

  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="lg"
      title={t('title')}
      description={t('description')}
    >
      {imported.isSuccess ? (
        <ImportedNote imported={imported.data} />
      ) : (
        <ImportForm imported={imported} />
      )}
    </Dialog>
  );
}

function ImportForm({ imported }: { imported: ReturnType<typeof useImportWorkflow> }) {
  const t = useTranslations('import');
  const problemText = useProblemText();
  const publishId = useId();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<ImportFormat | null>(null);
  const [key, setKey] = useState('');
  const [publish, setPublish] = useState(true);
  const [tried, setTried] = useState(false);
  const document = readDocument(text);
  const format = chosen ?? (document === null ? 'latchwork' : guessFormat(document));
  const keyFault = key !== '' && !workflowKey.safeParse(key).success;

  function submit() {
    setTried(true);
    if (document === null || keyFault || imported.isPending) {
      return;
    }
    imported.mutate({ format, document, publish, ...(key !== '' && { key }) });
  }

  return (
    <Form onSubmit={submit} problem={imported.error}>
      <DialogBody className="flex flex-col gap-4">
        <Field
          label={t('document')}
          required
          error={
            tried && document === null ? t('notJson') : fieldError(imported.error, '/document')
          }
          aside={<FileChoice onText={setText} />}
        >
          {(control) => (
            <Textarea
              {...control}
              name="document"
              rows={12}
              spellCheck={false}
              className="mono"
              placeholder={t('placeholder')}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('format')} hint={chosen === null ? t('guessed') : undefined}>
            {(control) => (
              <Select
                {...control}
                name="format"
                value={format}
                onChange={(event) =>
                  setChosen(event.target.value === 'termite' ? 'termite' : 'latchwork')
                }
              >
                <option value="latchwork">Latchwork JSON</option>
                <option value="termite">Termite JSON</option>
              </Select>
            )}
          </Field>
          <Field
            label={t('key')}
            hint={t('keyHint')}
            error={keyFault ? t('keyFault') : fieldError(imported.error, '/key')}
          >
            {(control) => (
              <Input
                {...control}
                name="key"
                className="mono"
                autoComplete="off"
                spellCheck={false}
                value={key}
                onChange={(event) => setKey(event.target.value.trim())}
              />
            )}
          </Field>
        </div>
        <label htmlFor={publishId} className="flex items-center gap-2 text-sm">
          <Checkbox
            id={publishId}
            checked={publish}
            onChange={(event) => setPublish(event.target.checked)}
          />
          {t('publish')}
        </label>
        {imported.error !== null && (
          <div className="flex flex-col gap-1">
            <FieldError>{problemText(imported.error)}</FieldError>
            <Complaints error={imported.error} />
          </div>
        )}
      </DialogBody>
      <DialogFooter>
        <Button type="submit" variant="primary" busy={imported.isPending}>
          {t('import')}
        </Button>
      </DialogFooter>
    </Form>
  );
}

function FileChoice({ onText }: { onText: (text: string) => void }) {
  const t = useTranslations('import');
  const id = useId();

  return (
    <label
      htmlFor={id}
      className="inline-flex cursor-pointer items-center gap-1 rounded-sm text-xs text-accent underline-offset-2 focus-within:outline-2 focus-within:outline-focus hover:underline"
    >
      <FileUp aria-hidden className="size-3.5" />
      {t('file')}
      <input
        id={id}
        type="file"
        accept=".json,application/json"
        className="sr-only"
        onChange={(event) => {
          void event.target.files?.[0]?.text().then(onText);
        }}
      />
    </label>
  );
}

/** All that the server found wrong, each with its place in the document. */
function Complaints({ error }: { error: Error }) {
  if (!(error instanceof ApiProblem)) {
    return null;
  }

  const complaints = [...error.errors, ...error.definitionProblems];
  return complaints.length === 0 ? null : <PointerList items={complaints} />;
}

function PointerList({ items }: { items: readonly { pointer: string; message: string }[] }) {
  return (
    <ul className="flex flex-col gap-1 text-xs">
      {items.map(({ pointer, message }) => (
        <li key={`${pointer} ${message}`}>
          <span className="mono text-muted">{pointer === '' ? '/' : pointer}</span> {message}
        </li>
      ))}
    </ul>
  );
}

function ImportedNote({ imported }: { imported: Imported }) {
  const t = useTranslations('import');
  const { workflow, works, notCarried } = imported;

  return (
    <>
      <DialogBody className="flex flex-col gap-4">
        <p>{t('done', { workflow: workflow.name })}</p>
        {works.length > 0 && (
          <section>
            <h3 className="mb-1 text-sm font-medium">{t('works', { count: works.length })}</h3>
            <p className="mono text-muted">{works.join(', ')}</p>
          </section>
        )}
        {notCarried.length > 0 && (
          <section data-tone="warn">
            <h3 className="mb-1 text-sm font-medium text-tone">{t('notCarried')}</h3>
            <PointerList items={notCarried} />
          </section>
        )}
      </DialogBody>
      <DialogFooter>
        <Button asChild variant="primary">
          <Link href={`/workflows/${workflow.key}`}>{t('open')}</Link>
        </Button>
      </DialogFooter>
    </>
  );
}

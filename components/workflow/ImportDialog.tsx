'use client';

import { PencilLine } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useEffect, useId, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { workflowKey } from '#engine/definition.ts';
import { ApiProblem } from '../query/problem.ts';
import { useProblemSentence } from '../designer/problems/problem_text.ts';
import { useFieldError, useFieldText, useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, DialogBody, DialogFooter } from '../ui/Dialog.tsx';
import { Field, FieldError } from '../ui/Field.tsx';
import { FileChoice } from '../ui/FileChoice.tsx';
import { Form } from '../ui/Form.tsx';
import { Checkbox, Input, Select, Textarea } from '../ui/Input.tsx';
import { guessFormat, IMPORT_FORMATS } from './import_format.ts';
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
      keepsWhatIsWritten={!imported.isSuccess}
      width="lg"
      title={t('title')}
      description={imported.isSuccess ? undefined : t('description')}
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
  const fieldError = useFieldError();
  const publishId = useId();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<ImportFormat | null>(null);
  const [key, setKey] = useState('');
  const [publish, setPublish] = useState(true);
  const [tried, setTried] = useState(false);
  const missing = text.trim() === '';
  const format = chosen ?? guessFormat(text);
  const keyFault = key !== '' && !workflowKey.safeParse(key).success;

  /** What was said of another text says nothing of this one. */
  function write(next: string) {
    setText(next);
    imported.reset();
  }

  function send(published: boolean) {
    setTried(true);
    setPublish(published);
    if (missing || keyFault || imported.isPending) {
      return;
    }
    imported.mutate({ format, document: text, publish: published, ...(key !== '' && { key }) });
  }

  return (
    <Form onSubmit={() => send(publish)} problem={imported.error}>
      <DialogBody className="flex flex-col gap-4">
        <Field
          label={t('document')}
          required
          error={tried && missing ? t('missing') : fieldError(imported.error, '/document')}
          aside={
            <FileChoice
              label={t('file')}
              accept=".json,.yaml,.yml,application/json,application/yaml"
              onText={write}
            />
          }
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
              onChange={(event) => write(event.target.value)}
            />
          )}
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('format')} hint={chosen === null && !missing ? t('guessed') : undefined}>
            {(control) => (
              <Select
                {...control}
                name="format"
                value={format}
                onChange={(event) => {
                  setChosen(IMPORT_FORMATS.find((each) => each === event.target.value) ?? null);
                  imported.reset();
                }}
              >
                {IMPORT_FORMATS.map((each) => (
                  <option key={each} value={each}>
                    {t(`formats.${each}`)}
                  </option>
                ))}
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
        {imported.error !== null && fieldError(imported.error, '/document') === undefined && (
          <Refusal key={imported.submittedAt} error={imported.error}>
            {isFitForDraft(imported.error) && <DraftOffer onTake={() => send(false)} />}
          </Refusal>
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

/** Below all fields, which may be out of sight. */
function Refusal({ error, children }: { error: Error; children: ReactNode }) {
  const problemText = useProblemText();
  const frame = useRef<HTMLDivElement>(null);

  useEffect(() => {
    frame.current?.scrollIntoView({ block: 'nearest' });
  }, []);

  return (
    <div ref={frame} className="flex flex-col gap-1">
      <FieldError>{problemText(error)}</FieldError>
      <Complaints error={error} />
      {children}
    </div>
  );
}

/** Only publishing asks of it that it can run; what could not be read at all makes no draft either. */
function isFitForDraft(error: Error): boolean {
  return error instanceof ApiProblem && error.facts['asDraft'] === true;
}

function DraftOffer({ onTake }: { onTake: () => void }) {
  const t = useTranslations('import');

  return (
    <div className="mt-2 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-md border bg-sunken px-3 py-2">
      <p className="min-w-0 flex-[1_1_16rem] text-sm">{t('draftHint')}</p>
      <Button icon={PencilLine} onClick={onTake}>
        {t('asDraft')}
      </Button>
    </div>
  );
}

/** All that the server found wrong, each with its place in the document. */
function Complaints({ error }: { error: Error }) {
  const say = useFieldText();
  const sayOfDefinition = useProblemSentence();

  if (!(error instanceof ApiProblem)) {
    return null;
  }

  // Those of the fields stand beside them.
  const complaints = [
    ...error.errors
      .filter(({ pointer }) => !/^\/(document|key)$/.test(pointer))
      .map((fault) => ({ pointer: fault.pointer, message: say(fault) })),
    ...error.definitionProblems.map((problem) => ({
      pointer: problem.pointer,
      // What an importer says is about a document of another kind.
      message: error.facts['asDraft'] === false ? problem.message : sayOfDefinition(problem),
    })),
  ];
  return complaints.length === 0 ? null : <PointerList items={complaints} />;
}

function PointerList({ items }: { items: readonly { pointer: string; message: string }[] }) {
  return (
    <ul className="flex flex-col gap-1 text-xs">
      {items.map(({ pointer, message }) => (
        <li key={`${pointer} ${message}`}>
          <span className="mono wrap-anywhere text-muted">{pointer === '' ? '/' : pointer}</span>{' '}
          {message}
        </li>
      ))}
    </ul>
  );
}

function ImportedNote({ imported }: { imported: Imported }) {
  const t = useTranslations('import');
  const { workflow, works, notCarried } = imported;
  const page = `/workflows/${workflow.key}`;

  return (
    <>
      <DialogBody readOnly className="flex flex-col gap-4">
        <p role="status">{t('done', { workflow: workflow.name })}</p>
        {works.length > 0 && (
          <section>
            <h3 className="mb-1 text-sm font-medium">{t('works', { count: works.length })}</h3>
            <p className="mono text-muted">{works.join(', ')}</p>
          </section>
        )}
        {notCarried.length === 0 ? (
          <p className="text-sm text-muted">{t('allCarried')}</p>
        ) : (
          <section data-tone="warn">
            <h3 className="mb-1 text-sm font-medium text-tone">
              {t('notCarried', { count: notCarried.length })}
            </h3>
            <p className="mb-2 text-xs text-muted">{t('notCarriedHint')}</p>
            <PointerList items={notCarried} />
          </section>
        )}
      </DialogBody>
      <DialogFooter>
        <Button asChild>
          <Link href={page}>{t('open')}</Link>
        </Button>
        <Button asChild variant="primary">
          <Link href={`${page}/editor`}>{t('design')}</Link>
        </Button>
      </DialogFooter>
    </>
  );
}

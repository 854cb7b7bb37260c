'use client';

import { Check, Send, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Task } from '#api/types.ts';
import type { Json } from '#engine/json.ts';
import { useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { Field, FieldError } from '../ui/Field.tsx';
import { Form } from '../ui/Form.tsx';
import { Input, Textarea } from '../ui/Input.tsx';
import { askedOf, useSendSignal, verdict, type Asked } from './signals.ts';

/** What a `signal` node waits for, and the means to give it. */
export function SignalForm({ instance, task }: { instance: string; task: Task }) {
  const t = useTranslations('signal');
  const asked = askedOf(task);

  return (
    <section
      data-tone="warn"
      aria-label={asked.approval ? t('approval') : t('title', { signal: asked.signal })}
      className="flex flex-col gap-3 rounded-md border border-tone-line p-3"
    >
      <div className="flex flex-col gap-1">
        <h3 className="text-sm font-semibold">
          {asked.approval ? t('approval') : t('title', { signal: asked.signal })}
        </h3>
        {asked.prompt !== '' && (
          <p className="text-sm break-words whitespace-pre-line">{asked.prompt}</p>
        )}
      </div>
      {asked.approval ? (
        <ApprovalForm instance={instance} asked={asked} />
      ) : (
        <PayloadForm instance={instance} asked={asked} />
      )}
    </section>
  );
}

type AnswerProps = { instance: string; asked: Asked };

function ApprovalForm({ instance, asked }: AnswerProps) {
  const t = useTranslations('signal');
  const common = useTranslations('common');
  const sending = useSendSignal(instance, asked.signal);
  const [note, setNote] = useState('');
  const answer = (approved: boolean) => sending.mutate(verdict(approved, note));

  return (
    <>
      <Field label={`${t('note')} (${common('optional')})`}>
        {(control) => (
          <Input
            {...control}
            value={note}
            maxLength={1_000}
            autoComplete="off"
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      <Refused error={sending.error} />
      <div className="flex gap-2">
        <Button
          variant="primary"
          icon={Check}
          busy={sending.isPending}
          onClick={() => answer(true)}
        >
          {t('approve')}
        </Button>
        <Button variant="danger" icon={X} busy={sending.isPending} onClick={() => answer(false)}>
          {t('reject')}
        </Button>
      </div>
    </>
  );
}

function PayloadForm({ instance, asked }: AnswerProps) {
  const t = useTranslations('signal');
  const sending = useSendSignal(instance, asked.signal);
  const [text, setText] = useState('{}');
  const [fault, setFault] = useState(false);

  function send() {
    const payload = read(text);
    setFault(payload === undefined);
    if (payload !== undefined) sending.mutate(payload);
  }

  return (
    <Form className="flex flex-col gap-3" problem={sending.error} onSubmit={send}>
      <Field label={t('payload')} hint={t('payloadHint')} error={fault ? t('notJson') : undefined}>
        {(control) => (
          <Textarea
            {...control}
            rows={3}
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            className="mono"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Refused error={sending.error} />
      <Button
        type="submit"
        variant="primary"
        icon={Send}
        busy={sending.isPending}
        className="self-start"
      >
        {t('send')}
      </Button>
    </Form>
  );
}

function Refused({ error }: { error: Error | null }) {
  const problemText = useProblemText();
  return error === null ? null : <FieldError>{problemText(error)}</FieldError>;
}

/** Nothing at all is null. */
function read(text: string): Json | undefined {
  if (text.trim() === '') return null;

  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

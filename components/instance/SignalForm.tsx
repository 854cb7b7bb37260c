'use client';

import { clsx } from 'clsx';
import { Check, Send, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import type { Task } from '#api/types.ts';
import { useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { Field, FieldError } from '../ui/Field.tsx';
import { Form } from '../ui/Form.tsx';
import { Input } from '../ui/Input.tsx';
import { relativeTime } from '../ui/Time.tsx';
import { JsonField } from './moves/fields.tsx';
import { readJson } from './moves/read.ts';
import { askedOf, useSendSignal, verdict } from './signals.ts';
import { WAITING_ICONS } from './WaitingBadge.tsx';

type SignalFormProps = {
  instance: string;
  task: Task;
  /** Over the whole page, where it must say of which node it speaks; else in the panel of its node. */
  banner?: boolean;
  onSent?: () => void;
};

/** What a `signal` node waits for, and the means to give it. */
export function SignalForm({ instance, task, banner = false, onSent }: SignalFormProps) {
  const t = useTranslations('signal');
  const asked = askedOf(task);
  const title = asked.approval ? t('approval') : t('title', { signal: asked.signal });
  const Icon = WAITING_ICONS[asked.approval ? 'approval' : 'signal'];
  const Heading = banner ? 'h2' : 'h3';
  const sending = useSendSignal(instance, asked.signal, onSent);

  return (
    <section
      data-tone="warn"
      aria-label={banner ? `${title}: ${task.name}` : title}
      className={clsx(
        'flex flex-col gap-3 rounded-md border border-tone-line p-3',
        banner && 'bg-tone-soft',
      )}
    >
      <div className="flex flex-col gap-1">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-0.5">
          <Heading className="flex min-w-0 items-center gap-2 text-sm font-semibold">
            <Icon aria-hidden className="size-4 shrink-0 text-tone" />
            {title}
            {banner && (
              <Link
                href={`?task=${task.key}`}
                className="min-w-0 truncate font-normal underline underline-offset-2"
              >
                {task.name}
              </Link>
            )}
          </Heading>
          {banner && <Times task={task} />}
        </div>
        {asked.prompt !== '' && (
          <p className="text-sm break-words whitespace-pre-line">{asked.prompt}</p>
        )}
      </div>
      {asked.approval ? (
        <ApprovalForm sending={sending} />
      ) : banner ? (
        // Mostly it is a program that sends it.
        <details className="text-sm">
          <summary className="w-fit cursor-pointer font-medium">{t('sendByHand')}</summary>
          <div className="mt-3">
            <PayloadForm sending={sending} />
          </div>
        </details>
      ) : (
        <PayloadForm sending={sending} />
      )}
    </section>
  );
}

function Times({ task: { startedAt, dueAt } }: { task: Task }) {
  const t = useTranslations('signal');

  return (
    <p className="flex flex-wrap gap-x-3 text-xs text-muted empty:hidden">
      {startedAt !== null && <span>{t.rich('since', { time: relativeTime(startedAt) })}</span>}
      {dueAt !== null && <span>{t.rich('timesOut', { time: relativeTime(dueAt) })}</span>}
    </p>
  );
}

type AnswerProps = { sending: ReturnType<typeof useSendSignal> };

function ApprovalForm({ sending }: AnswerProps) {
  const t = useTranslations('signal');
  const common = useTranslations('common');
  const [note, setNote] = useState('');
  const answer = (approved: boolean) => sending.mutate(verdict(approved, note));

  return (
    <>
      <div className="flex flex-wrap items-end gap-x-4 gap-y-3">
        <Field
          label={`${t('note')} (${common('optional')})`}
          className="max-w-2xl flex-[1_1_16rem]"
        >
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
      </div>
      <Refused error={sending.error} />
    </>
  );
}

function PayloadForm({ sending }: AnswerProps) {
  const t = useTranslations('signal');
  const [text, setText] = useState('{}');
  const [fault, setFault] = useState(false);

  function send() {
    const payload = readJson(text);
    setFault('fault' in payload);
    if ('value' in payload) sending.mutate(payload.value);
  }

  return (
    <Form className="flex max-w-2xl flex-col gap-3" problem={sending.error} onSubmit={send}>
      <JsonField
        label={t('payload')}
        hint={t('payloadHint')}
        rows={3}
        error={fault ? t('notJson') : undefined}
        value={text}
        onChange={setText}
      />
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

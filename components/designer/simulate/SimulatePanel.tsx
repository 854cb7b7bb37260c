'use client';

import { FlaskConical, X } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import { titleOf } from '../../canvas/read.ts';
import { InstanceStatusBadge } from '../../status/StatusBadge.tsx';
import { IconButton } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { Textarea } from '../../ui/Input.tsx';
import { useDocument, useSelection } from '../editor/context.ts';
import { nodeOf } from '../model/document.ts';
import { useSimulation } from './context.tsx';
import { ErrorText } from './ErrorText.tsx';
import { OutcomeForm } from './OutcomeForm.tsx';
import { SimulatedTimeline } from './SimulatedTimeline.tsx';

/** What would become of a run: the input and the outcome of the selected node to the left, what follows from them to the right. */
export function SimulatePanel() {
  const t = useTranslations('simulate');
  const { open, toggle, answer, inputText, setInputText, inputIsJson } = useSimulation();
  const document = useDocument();
  const [selected] = useSelection().nodes;
  const node = selected === undefined ? undefined : nodeOf(document, selected);

  if (!open) return null;

  return (
    <section
      aria-label={t('title')}
      className="flex max-h-[45%] shrink-0 flex-col border-t bg-surface"
    >
      <header className="flex h-9 shrink-0 items-center gap-2 border-b px-4 text-sm font-semibold">
        <FlaskConical aria-hidden className="size-4 text-accent" />
        <h2>{t('title')}</h2>
        <p role="status" className="flex items-center gap-2 text-xs font-normal text-muted">
          {answer !== null && <Verdict />}
        </p>
        <span className="flex-1" />
        <IconButton size="sm" icon={X} label={t('close')} onClick={toggle} />
      </header>
      <div className="relative grid min-h-0 flex-1 grid-cols-[18rem_minmax(0,1fr)] gap-4 overflow-y-auto p-4 max-md:grid-cols-1">
        <div className="flex flex-col gap-3">
          <Field label={t('input')} error={inputIsJson ? undefined : t('inputNotJson')}>
            {(control) => (
              <Textarea
                {...control}
                rows={3}
                spellCheck={false}
                className="mono text-xs"
                value={inputText}
                onChange={(event) => setInputText(event.target.value)}
              />
            )}
          </Field>
          {node === undefined ? (
            <p className="text-xs text-muted">{t('chooseNode')}</p>
          ) : (
            <OutcomeForm key={node.key} node={node.key} title={titleOf(node)} />
          )}
        </div>
        {answer === null ? (
          <p className="text-sm text-muted">{inputIsJson ? t('notValid') : t('inputNotJson')}</p>
        ) : (
          <SimulatedTimeline answer={answer} />
        )}
      </div>
    </section>
  );
}

function Verdict() {
  const t = useTranslations('simulate');
  const format = useFormatter();
  const { answer } = useSimulation();
  if (answer === null) return null;

  return (
    <>
      {answer.status === 'unfinished' ? (
        <span>{t('unfinished')}</span>
      ) : (
        <InstanceStatusBadge status={answer.status} />
      )}
      <span className="tabular-nums">{t('takes', { seconds: format.number(answer.seconds) })}</span>
      {answer.stopped !== null && <span>{answer.stopped}</span>}
      {answer.error !== null && <ErrorText error={answer.error} className="max-w-md truncate" />}
    </>
  );
}

'use client';

import { Play } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import { useDeferredValue, useMemo, useState } from 'react';
import type { JsonObject } from '#engine/json.ts';
import { Button } from '../../ui/Button.tsx';
import { DialogBody, DialogFooter } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { FileChoice } from '../../ui/FileChoice.tsx';
import { Form } from '../../ui/Form.tsx';
import { Textarea } from '../../ui/Input.tsx';
import { useRunInput } from './input.ts';
import { InputFields } from './InputFields.tsx';
import { useStartMany, type ManyRun } from './many.ts';
import { ManyResults } from './ManyResults.tsx';
import { readStartList, writeStartList } from './start_list.ts';

/** So many faults of a list are shown; mending one often mends the others. */
const FAULTS_SHOWN = 5;

type ManyFormProps = {
  workflow: string;
  schema: JsonObject | null;
  /** While batches are under way the view should stay. */
  onRunning: (running: boolean) => void;
};

/** An instance for each object of a list, all with the same input; then what became of each. */
export function ManyForm({ workflow, schema, onRunning }: ManyFormProps) {
  const t = useTranslations('run.many');
  const common = useTranslations('common');
  const format = useFormatter();
  const many = useStartMany(workflow);
  const input = useRunInput(schema);
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const deferred = useDeferredValue(text);
  const { rows, faults } = useMemo(() => readStartList(deferred), [deferred]);

  const more = faults.length - FAULTS_SHOWN;
  const faultLines = [
    ...faults
      .slice(0, FAULTS_SHOWN)
      .map(({ line, code, value }) => t(`fault.${code}`, { line, value })),
    ...(more > 0 ? [t('moreFaults', { count: more })] : []),
    ...(tried && rows.length === 0 && faults.length === 0 ? [t('empty')] : []),
  ];
  const faultText = faultLines.length === 0 ? undefined : faultLines.join('\n');
  const count = faults.length === 0 ? rows.length : 0;

  /** What has been started is not in the list any more, so that it is not started again by a slip. */
  function back({ rows: all, results }: ManyRun) {
    setText(writeStartList(all.filter((_row, index) => results[index]?.ok !== true)));
    setTried(false);
    many.clear();
  }

  async function submit() {
    const list = readStartList(text);
    const now = input.read();
    setTried(true);
    if (list.rows.length === 0 || list.faults.length > 0 || !now.ok) {
      return;
    }
    onRunning(true);
    await many.start(list.rows, now.input);
    onRunning(false);
  }

  async function goOn() {
    onRunning(true);
    await many.goOn();
    onRunning(false);
  }

  const { run } = many;
  if (run !== null) {
    return (
      <ManyResults
        workflow={workflow}
        run={run}
        onStop={many.stop}
        onGoOn={() => void goOn()}
        onBack={() => back(run)}
      />
    );
  }
  return (
    <Form onSubmit={() => void submit()} problem={null}>
      <DialogBody className="flex flex-col gap-4">
        <Field
          label={t('list')}
          hint={t('listHint')}
          required
          error={faultText}
          aside={<FileChoice label={t('file')} accept=".csv,.tsv,.txt,text/*" onText={setText} />}
        >
          {(control) => (
            <Textarea
              {...control}
              name="list"
              rows={8}
              spellCheck={false}
              className="mono"
              placeholder={t('placeholder')}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <InputFields input={input} error={null} />
      </DialogBody>
      <DialogFooter>
        <p className="mr-auto text-xs text-faint">{common('requiredNote')}</p>
        <Button type="submit" variant="primary" icon={Play}>
          {t('start', { count, shown: format.number(count) })}
        </Button>
      </DialogFooter>
    </Form>
  );
}

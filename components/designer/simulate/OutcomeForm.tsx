'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Json } from '#engine/json.ts';
import type { SimulatedOutcome } from '#engine/simulate/request.ts';
import { Field } from '../../ui/Field.tsx';
import { Input, Select, Textarea } from '../../ui/Input.tsx';
import { useSimulation } from './context.tsx';

/** How the selected node is to fare: it succeeds, fails for good, or fails so often before it succeeds. */
export function OutcomeForm({ node, title }: { node: string; title: string }) {
  const t = useTranslations('simulate');
  const { outcomes, choose } = useSimulation();
  const outcome = outcomes[node] ?? {};
  const [output, setOutput] = useState(
    outcome.output === undefined ? '' : JSON.stringify(outcome.output),
  );
  const [outputIsJson, setOutputIsJson] = useState(true);

  const change = (changes: SimulatedOutcome) => choose(node, { ...outcome, ...changes });

  function changeOutput(text: string) {
    setOutput(text);
    try {
      change({ output: text.trim() === '' ? undefined : (JSON.parse(text) as Json) });
      setOutputIsJson(true);
    } catch {
      setOutputIsJson(false);
    }
  }

  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-xs font-medium">{t('outcomeOf', { node: title })}</legend>
      <div className="grid grid-cols-3 gap-2">
        <Field label={t('outcome')}>
          {(control) => (
            <Select
              {...control}
              value={outcome.outcome ?? 'succeeded'}
              onChange={(event) =>
                change({ outcome: event.target.value === 'failed' ? 'failed' : 'succeeded' })
              }
            >
              <option value="succeeded">{t('succeeds')}</option>
              <option value="failed">{t('fails')}</option>
            </Select>
          )}
        </Field>
        <Field label={t('seconds')}>
          {(control) => (
            <Input
              {...control}
              type="number"
              min={0}
              max={31_536_000}
              value={outcome.seconds ?? 1}
              onChange={(event) => change({ seconds: numberFrom(event.target.value, 31_536_000) })}
            />
          )}
        </Field>
        <Field label={t('failTimes')}>
          {(control) => (
            <Input
              {...control}
              type="number"
              min={0}
              max={100}
              value={outcome.failTimes ?? 0}
              onChange={(event) =>
                change({ failTimes: Math.floor(numberFrom(event.target.value, 100)) })
              }
            />
          )}
        </Field>
      </div>
      <Field label={t('output')} error={outputIsJson ? undefined : t('outputNotJson')}>
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            spellCheck={false}
            className="mono text-xs"
            placeholder="null"
            value={output}
            onChange={(event) => changeOutput(event.target.value)}
          />
        )}
      </Field>
    </fieldset>
  );
}

function numberFrom(text: string, most: number): number {
  const value = Number(text);
  return Number.isFinite(value) ? Math.min(most, Math.max(0, value)) : 0;
}

'use client';

import { useTranslations } from 'next-intl';
import type { MoveName } from '#api/types.ts';
import { JsonField } from '../instance/moves/fields.tsx';
import { MARKS } from '../instance/moves/MarkDialog.tsx';
import type { TextFault } from '../instance/moves/read.ts';
import { useFieldError } from '../query/problem_text.ts';
import { ChoiceField } from '../ui/ChoiceField.tsx';
import { TextField } from '../ui/TextField.tsx';
import type { Written, WrittenField } from './params.ts';

type ParamFieldsProps = {
  move: MoveName;
  written: Written;
  fault: { readonly field: WrittenField; readonly fault: TextFault } | null;
  /** What the API refused. */
  problem: Error | null;
  onChange: (change: Partial<Written>) => void;
};

const RERUNS = ['same', 'published'] as const;

/** The fields of what a move takes beside its reason. */
export function ParamFields({ move, written, fault, problem, onChange }: ParamFieldsProps) {
  const t = useTranslations('moves');
  const fieldError = useFieldError();
  const bulk = useTranslations('bulk.dialog');
  const faultOf = (field: WrittenField, param: string) =>
    fault?.field === field ? t(fault.fault) : fieldError(problem, `/params/${param}`);
  const text = (
    field: 'node' | 'priority' | 'version',
    param: string,
    label: string,
    hint?: string,
  ) => (
    <TextField
      label={label}
      hint={hint}
      className="mono"
      error={faultOf(field, param)}
      value={written[field]}
      onChange={(value) => onChange({ [field]: value })}
    />
  );

  switch (move) {
    case 'cancel':
    case 'pause':
    case 'resume':
    case 'retry':
      return null;
    case 'restart':
      return text('node', 'from', t('restart.from'), bulk('nodeHint'));
    case 'retry-segments':
      return text('node', 'task', bulk('node'), bulk('nodeHint'));
    case 'run-now':
      return text('node', 'task', bulk('node'), bulk('nodeAll'));
    case 'change-priority':
      return text('priority', 'priority', t('change-priority.priority'), t('change-priority.hint'));
    case 'change-version':
      return text('version', 'version', t('change-version.version'));
    case 'edit-context':
      return (
        <JsonField
          label={t('edit-context.patch')}
          hint={t('edit-context.patchHint', { example: '{"codec": "h264", "old": null}' })}
          value={written.patch}
          error={faultOf('patch', 'patch')}
          onChange={(patch) => onChange({ patch })}
        />
      );
    case 'rerun':
      return (
        <ChoiceField
          label={t('rerun.version')}
          options={RERUNS}
          textOf={(version) => bulk(version)}
          value={written.rerun}
          onChange={(rerun) => onChange({ rerun })}
        />
      );
    case 'mark':
      return (
        <>
          {text('node', 'task', bulk('node'), bulk('nodeHint'))}
          <ChoiceField
            label={bulk('as')}
            options={MARKS}
            textOf={(as) => t(`${as}.label`)}
            value={written.as}
            onChange={(as) => onChange({ as })}
          />
          {written.as === 'succeeded' && (
            <JsonField
              label={t('mark.output')}
              hint={t('mark.outputHint')}
              rows={4}
              value={written.output}
              error={faultOf('output', 'output')}
              onChange={(output) => onChange({ output })}
            />
          )}
        </>
      );
  }
}

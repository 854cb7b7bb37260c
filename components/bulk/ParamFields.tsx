'use client';

import { useTranslations } from 'next-intl';
import type { MoveName } from '#api/types.ts';
import { JsonField } from '../instance/moves/fields.tsx';
import { MARKS } from '../instance/moves/MarkDialog.tsx';
import type { TextFault } from '../instance/moves/read.ts';
import { Field } from '../ui/Field.tsx';
import { Input, Select } from '../ui/Input.tsx';
import type { Written, WrittenField } from './params.ts';

type ParamFieldsProps = {
  move: MoveName;
  written: Written;
  fault: { readonly field: WrittenField; readonly fault: TextFault } | null;
  onChange: (change: Partial<Written>) => void;
};

/** The fields of what a move takes beside its reason. */
export function ParamFields({ move, written, fault, onChange }: ParamFieldsProps) {
  const t = useTranslations('moves');
  const bulk = useTranslations('bulk.dialog');
  const faultOf = (field: WrittenField) => (fault?.field === field ? t(fault.fault) : undefined);
  const text = (field: 'node' | 'priority' | 'version', label: string, hint?: string) => (
    <Field label={label} hint={hint} error={faultOf(field)}>
      {(control) => (
        <Input
          {...control}
          className="mono"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          value={written[field]}
          onChange={(event) => onChange({ [field]: event.target.value })}
        />
      )}
    </Field>
  );

  switch (move) {
    case 'cancel':
    case 'pause':
    case 'resume':
    case 'retry':
      return null;
    case 'restart':
      return text('node', t('restart.from'), bulk('nodeHint'));
    case 'retry-segments':
      return text('node', bulk('node'), bulk('nodeHint'));
    case 'run-now':
      return text('node', bulk('node'), bulk('nodeAll'));
    case 'change-priority':
      return text('priority', t('change-priority.priority'), t('change-priority.hint'));
    case 'change-version':
      return text('version', t('change-version.version'));
    case 'edit-context':
      return (
        <JsonField
          label={t('edit-context.patch')}
          hint={t('edit-context.patchHint', { example: '{"codec": "h264", "old": null}' })}
          value={written.patch}
          error={faultOf('patch')}
          onChange={(patch) => onChange({ patch })}
        />
      );
    case 'rerun':
      return (
        <Field label={t('rerun.version')}>
          {(control) => (
            <Select
              {...control}
              value={written.rerun}
              onChange={(event) =>
                onChange({ rerun: event.target.value === 'published' ? 'published' : 'same' })
              }
            >
              <option value="same">{bulk('same')}</option>
              <option value="published">{bulk('published')}</option>
            </Select>
          )}
        </Field>
      );
    case 'mark':
      return (
        <>
          {text('node', bulk('node'), bulk('nodeHint'))}
          <Field label={bulk('as')}>
            {(control) => (
              <Select
                {...control}
                value={written.as}
                onChange={(event) =>
                  onChange({ as: MARKS.find((as) => as === event.target.value) ?? 'skipped' })
                }
              >
                {MARKS.map((as) => (
                  <option key={as} value={as}>
                    {t(`${as}.label`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {written.as === 'succeeded' && (
            <JsonField
              label={t('mark.output')}
              hint={t('mark.outputHint')}
              rows={4}
              value={written.output}
              error={faultOf('output')}
              onChange={(output) => onChange({ output })}
            />
          )}
        </>
      );
  }
}

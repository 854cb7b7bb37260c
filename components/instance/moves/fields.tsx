'use client';

import { useTranslations } from 'next-intl';
import { Field } from '../../ui/Field.tsx';
import { Input, Textarea } from '../../ui/Input.tsx';

/** As long as the API takes one. */
const LONGEST_REASON = 1_000;

type TextProps = { value: string; onChange: (value: string) => void };

export function ReasonField({ value, onChange }: TextProps) {
  const t = useTranslations('moves');
  const common = useTranslations('common');

  return (
    <Field label={`${common('reason')} (${common('optional')})`} hint={t('reasonHint')}>
      {(control) => (
        <Input
          {...control}
          value={value}
          maxLength={LONGEST_REASON}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

type JsonFieldProps = TextProps & {
  label: string;
  hint?: string;
  error: string | undefined;
  rows?: number;
};

/** JSON as text. */
export function JsonField({ label, hint, error, rows = 6, value, onChange }: JsonFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <Textarea
          {...control}
          rows={rows}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          className="mono"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

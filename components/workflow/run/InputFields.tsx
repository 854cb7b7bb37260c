'use client';

import { Braces, ListChecks } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { own } from '#engine/json.ts';
import { useFieldError } from '../../query/problem_text.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { Textarea } from '../../ui/Input.tsx';
import { pointerTo, WHOLE, type RunInput } from './input.ts';
import { SchemaFields } from './SchemaFields.tsx';

type InputFieldsProps = {
  input: RunInput;
  /** What the server said of it. */
  error: Error | null;
  onToggle?: () => void;
};

/** The input of a run, as a form or as JSON. */
export function InputFields({ input, error, onToggle }: InputFieldsProps) {
  const t = useTranslations('run');
  const fieldError = useFieldError();
  const { fields, asJson, values, json, faults } = input;

  const errorAt = (name: string, pointer: string) => {
    const code = own(faults, name);
    const field = fields?.find((each) => each.name === name);
    return code === undefined
      ? fieldError(error, pointer)
      : t(`fault.${code}`, { minimum: field?.minimum ?? 0, maximum: field?.maximum ?? 0 });
  };

  return (
    <fieldset className="flex flex-col gap-4 rounded-lg border p-3">
      <div className="flex items-center justify-between gap-2">
        <legend className="text-xs font-semibold">{t('input')}</legend>
        {fields !== null && (
          <Button
            size="sm"
            variant="ghost"
            icon={asJson ? ListChecks : Braces}
            onClick={() => input.toggle() && onToggle?.()}
          >
            {asJson ? t('asForm') : t('asJson')}
          </Button>
        )}
      </div>
      {asJson || fields === null ? (
        <Field
          label={t('inputJson')}
          error={errorAt(WHOLE, '/input')}
          hint={fields === null ? t('noSchema') : undefined}
        >
          {(control) => (
            <Textarea
              {...control}
              name="input"
              rows={10}
              spellCheck={false}
              className="mono"
              value={json}
              onChange={(event) => input.write({ json: event.target.value })}
            />
          )}
        </Field>
      ) : fields.length === 0 ? (
        <p className="text-sm text-muted">{t('noInput')}</p>
      ) : (
        <SchemaFields
          fields={fields}
          values={values}
          errorOf={(name) => errorAt(name, pointerTo(name))}
          onChange={(name, value) => input.write({ name, value })}
        />
      )}
    </fieldset>
  );
}

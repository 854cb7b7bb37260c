'use client';

import { useId } from 'react';
import { isRecord } from '../../canvas/read.ts';
import { Field, FieldError } from '../../ui/Field.tsx';
import { Checkbox } from '../../ui/Input.tsx';
import { Switch } from '../../ui/Switch.tsx';
import { useEditable } from '../editor/context.ts';
import type { FieldFacts } from '../form/facts.ts';
import { firstValueOf } from '../form/first_values.ts';
import { pointerOf, valueAt, type Path } from '../model/path.ts';
import { useProblemsAt } from '../problems/context.ts';
import { useProblemSentence } from '../problems/problem_text.ts';
import { useFieldWords } from '../words.ts';
import { FieldControl } from './FieldControl.tsx';
import { useForm } from './form_target.ts';
import { inRequestOrder, isRequest, Request } from './Request.tsx';

const ROOT: Path = [];

type FormFieldProps = {
  readonly facts: FieldFacts;
  /** Where the field's holder is, below the form's root. */
  readonly within?: Path;
};

/** One field of a form, made from the engine's schema: label and hint from the messages, default, limits and options from the schema. */
export function FormField({ facts, within = ROOT }: FormFieldProps) {
  const form = useForm();
  const words = useFieldWords(form.scope);
  const error = useFieldError(form.pointer + pointerOf([...within, facts.name]));

  if (facts.shape.is === 'group') return <GroupField facts={facts} within={within} />;
  if (facts.shape.is === 'boolean') return <SwitchField facts={facts} within={within} />;
  if (facts.shape.is === 'choices') return <ChoicesField facts={facts} within={within} />;

  return (
    <Field
      label={words.label(facts.name)}
      hint={words.hint(facts.name)}
      error={error}
      required={facts.required}
    >
      {(control) => <FieldControl facts={facts} within={within} control={control} />}
    </Field>
  );
}

/** What is wrong with the field at `pointer`, in sentences. */
export function useFieldError(pointer: string): string | undefined {
  const problems = useProblemsAt(pointer);
  const say = useProblemSentence();

  return problems.length === 0 ? undefined : problems.map(say).join(' ');
}

function SwitchField({ facts, within }: Required<FormFieldProps>) {
  const form = useForm();
  const words = useFieldWords(form.scope);
  const editable = useEditable();
  const path = [...within, facts.name];
  const on = valueAt(form.root, path) ?? facts.fallback;

  return (
    <SwitchRow
      label={words.label(facts.name)}
      hint={words.hint(facts.name)}
      checked={on === true}
      disabled={!editable}
      onChange={(checked) => form.change(path, checked === facts.fallback ? undefined : checked)}
    />
  );
}

function SwitchRow({
  label,
  hint,
  checked,
  disabled,
  onChange,
}: {
  label: string;
  hint: string | undefined;
  checked: boolean;
  disabled: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();

  return (
    <div className="flex items-start justify-between gap-3">
      <div className="flex flex-col">
        <label htmlFor={id} className="text-xs font-medium">
          {label}
        </label>
        <span className="text-xs text-muted">{hint}</span>
      </div>
      <Switch id={id} checked={checked} disabled={disabled} onCheckedChange={onChange} />
    </div>
  );
}

/** Several fields under one name. If it may be left out but some of them are required, the group as a whole is switched on and off. */
function GroupField({ facts, within }: Required<FormFieldProps>) {
  const form = useForm();
  const words = useFieldWords(form.scope);
  const editable = useEditable();
  const path = [...within, facts.name];
  const value = valueAt(form.root, path);
  const fields = facts.shape.is === 'group' ? facts.shape.fields : [];
  const switched = !facts.required && fields.some((field) => field.required);
  const open = !switched || isRecord(value);

  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="sr-only">{words.label(facts.name)}</legend>
      {switched ? (
        <SwitchRow
          label={words.label(facts.name)}
          hint={words.hint(facts.name)}
          checked={open}
          disabled={!editable}
          onChange={(on) => form.change(path, on ? firstValueOf(facts.name) : undefined)}
        />
      ) : (
        <div className="flex flex-col">
          <span aria-hidden className="text-xs font-medium">
            {words.label(facts.name)}
          </span>
          <span className="text-xs text-muted">{words.hint(facts.name)}</span>
        </div>
      )}
      {open && <Members fields={fields} path={path} value={value} />}
    </fieldset>
  );
}

function Members({
  fields,
  path,
  value,
}: {
  fields: readonly FieldFacts[];
  path: Path;
  value: unknown;
}) {
  const form = useForm();
  const pointer = form.pointer + pointerOf(path);
  const say = useProblemSentence();
  const problems = useProblemsAt(pointer);
  // What is wrong with a member is said beside it.
  const own = problems.filter((problem) => problem.pointer === pointer);
  const request = isRequest(fields);
  const members = (
    <div className="flex flex-col gap-3 border-l-2 pl-3">
      {own.length > 0 && <FieldError>{own.map(say).join(' ')}</FieldError>}
      {(request ? inRequestOrder(fields) : fields).map((field) => (
        <FormField key={field.name} facts={field} within={path} />
      ))}
    </div>
  );

  return request ? (
    <Request fields={fields} value={value} wrong={problems.length > 0}>
      {members}
    </Request>
  ) : (
    members
  );
}

function ChoicesField({ facts, within }: Required<FormFieldProps>) {
  const form = useForm();
  const words = useFieldWords(form.scope);
  const editable = useEditable();
  const options = facts.shape.is === 'choices' ? facts.shape.options : [];
  const path = [...within, facts.name];
  const value = valueAt(form.root, path);
  const chosen: readonly unknown[] = Array.isArray(value) ? value : [];

  function toggle(option: string, on: boolean) {
    const next = options.filter((other) => (other === option ? on : chosen.includes(other)));
    form.change(path, next.length === 0 ? undefined : next);
  }

  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="text-xs font-medium">{words.label(facts.name)}</legend>
      <p className="text-xs text-muted">{words.hint(facts.name)}</p>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {options.map((option) => (
          <label key={option} className="flex items-center gap-2 text-xs">
            <Checkbox
              checked={chosen.includes(option)}
              disabled={!editable}
              onChange={(event) => toggle(option, event.target.checked)}
            />
            {words.option(facts.name, option)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

'use client';

import { useTranslations } from 'next-intl';
import { useState, type KeyboardEvent } from 'react';
import type { ControlProps } from '../../ui/Field.tsx';
import { Input, Textarea } from '../../ui/Input.tsx';
import { sameJson } from '../model/same.ts';

export type TextProps = {
  control: Partial<ControlProps>;
  /** Its name, where no <label> gives it one. */
  label?: string;
  value: string;
  maxLength?: number | undefined;
  /** What applies while it is empty. */
  placeholder?: string | undefined;
  disabled: boolean;
  onChange: (value: string) => void;
};

export function TextInput({
  control,
  value,
  maxLength,
  placeholder,
  disabled,
  onChange,
}: TextProps) {
  return (
    <Input
      {...control}
      readOnly={disabled}
      placeholder={placeholder}
      maxLength={maxLength}
      autoComplete="off"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** Prose of several lines. */
export function LongTextInput({ control, value, maxLength, disabled, onChange }: TextProps) {
  return (
    <Textarea
      {...control}
      readOnly={disabled}
      maxLength={maxLength}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** A time of day, "22:30": as text, since the platform's own control shows some readers 10:30 PM. */
export function ClockInput({ control, value, disabled, onChange }: TextProps) {
  return (
    <Input
      {...control}
      readOnly={disabled}
      maxLength={5}
      placeholder="22:30"
      autoComplete="off"
      className="tabular-nums"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** A CEL expression: grows with its text. */
export function ExpressionInput({ control, label, value, disabled, onChange }: TextProps) {
  return (
    <Textarea
      {...control}
      aria-label={label}
      rows={1}
      spellCheck={false}
      autoCapitalize="off"
      autoComplete="off"
      readOnly={disabled}
      className="mono field-sizing-content max-h-60 min-h-8 resize-none"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** A number, or an expression in its place. What is half typed stays text until it is a number; the engine says so meanwhile. */
export function AmountInput({
  control,
  value,
  disabled,
  onChange,
}: {
  control: ControlProps;
  value: unknown;
  disabled: boolean;
  onChange: (value: number | string) => void;
}) {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '';
  const number = text.trim() === '' ? Number.NaN : Number(text);

  return (
    <Input
      {...control}
      inputMode="decimal"
      autoComplete="off"
      readOnly={disabled}
      className="mono"
      value={text}
      onChange={({ target }) =>
        onChange(isPlainNumber(target.value) ? Number(target.value) : target.value)
      }
      onBlur={() => {
        if (typeof value === 'string' && Number.isFinite(number)) onChange(number);
      }}
    />
  );
}

/** Written as it would be shown again: not while "1." or "1e" may become another, and no "Infinity", which JSON does not know. */
function isPlainNumber(text: string): boolean {
  return String(Number(text)) === text && Number.isFinite(Number(text));
}

/**
 * A name that other things hang on: taken over when the field is left or Enter pressed, and only if it may be, so that half a key never
 * becomes one. Esc gives the old one back.
 */
export function KeyInput({
  control,
  value,
  disabled,
  refuse,
  label,
  onCommit,
}: {
  control: Partial<ControlProps>;
  value: string;
  disabled: boolean;
  label?: string;
  refuse: (value: string) => string | undefined;
  onCommit: (value: string) => void;
}) {
  const [typed, setTyped] = useState({ text: value, of: value });
  // Another value came from outside (undo, another node): what was typed is of no use any more.
  if (typed.of !== value) setTyped({ text: value, of: value });

  const refusal = typed.text === value ? undefined : refuse(typed.text);

  function commit() {
    if (typed.text !== value && refusal === undefined) onCommit(typed.text);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;

    if (event.key === 'Enter') {
      event.preventDefault();
      commit();
    } else if (event.key === 'Escape' && typed.text !== value) {
      event.stopPropagation();
      setTyped({ text: value, of: value });
    }
  }

  return (
    <>
      <Input
        {...control}
        aria-label={label}
        aria-invalid={refusal !== undefined || control['aria-invalid'] === true}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        readOnly={disabled}
        maxLength={64}
        className="mono"
        value={typed.text}
        onChange={(event) => setTyped({ text: event.target.value, of: value })}
        onBlur={commit}
        onKeyDown={onKeyDown}
      />
      {refusal !== undefined && (
        <p role="alert" data-tone="bad" className="text-xs text-tone">
          {refusal}
        </p>
      )}
    </>
  );
}

/**
 * JSON as text. Taken over whenever it can be read; while it cannot, the text stays as it is typed and the value as it was. A text that is a
 * single `{{ expression }}` may be written without quotes.
 */
export function JsonInput({
  control,
  value,
  disabled,
  objectOnly,
  onChange,
}: {
  control: ControlProps;
  value: unknown;
  disabled: boolean;
  objectOnly: boolean;
  onChange: (value: unknown) => void;
}) {
  const t = useTranslations('designer.inspector');
  const [typed, setTyped] = useState({ text: format(value), of: value });
  if (typed.of !== value) setTyped({ text: format(value), of: value });

  const read = parse(typed.text);
  const wrong = !read.ok
    ? t('invalidJson', { message: read.message })
    : objectOnly && read.value !== undefined && !isObject(read.value)
      ? t('mustBeObject')
      : undefined;

  function onText(text: string) {
    const next = parse(text);
    const takes = next.ok && (!objectOnly || next.value === undefined || isObject(next.value));

    const changes = takes && !sameJson(next.value, value);

    setTyped({ text, of: changes ? next.value : value });
    if (changes) onChange(next.value);
  }

  return (
    <>
      <Textarea
        {...control}
        rows={3}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        readOnly={disabled}
        aria-invalid={wrong !== undefined || control['aria-invalid'] === true}
        className="mono field-sizing-content max-h-96 min-h-20"
        value={typed.text}
        onChange={(event) => onText(event.target.value)}
      />
      {wrong !== undefined && (
        <p role="alert" data-tone="bad" className="text-xs text-tone">
          {wrong} {t('notSaved')}
        </p>
      )}
    </>
  );
}

type Parsed = { ok: true; value: unknown } | { ok: false; message: string };

function parse(text: string): Parsed {
  const trimmed = text.trim();
  if (trimmed === '') return { ok: true, value: undefined };
  if (isLoneExpression(trimmed)) return { ok: true, value: trimmed };

  try {
    return { ok: true, value: JSON.parse(trimmed) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

function format(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' && isLoneExpression(value)
    ? value
    : JSON.stringify(value, null, 2);
}

function isLoneExpression(text: string): boolean {
  return text.startsWith('{{') && text.endsWith('}}');
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#engine/json.ts';
import { fieldsOf, initialValues, readForm } from './schema_form.ts';

const SCHEMA: JsonObject = {
  type: 'object',
  required: ['image', 'tiles'],
  properties: {
    image: { type: 'string', format: 'uri', title: 'Image', examples: ['https://a.example/b.png'] },
    tiles: { type: 'integer', default: 4 },
    quality: { type: 'number', minimum: 0, maximum: 1 },
    keep: { type: 'boolean' },
    mode: { enum: ['fast', 'good', 3] },
    extra: { type: 'object' },
  },
};

function form(schema: JsonObject) {
  const fields = fieldsOf(schema) ?? [];
  return { fields, values: initialValues(fields) };
}

describe('fieldsOf', () => {
  test('gives every property the field of its type', () => {
    expect(fieldsOf(SCHEMA)?.map(({ name, kind, required }) => [name, kind, required])).toEqual([
      ['image', 'url', true],
      ['tiles', 'integer', true],
      ['quality', 'number', false],
      ['keep', 'boolean', false],
      ['mode', 'choice', false],
      ['extra', 'json', false],
    ]);
  });

  test('leaves input that is not an object with properties to be written as JSON', () => {
    expect(fieldsOf(null)).toBeNull();
    expect(fieldsOf({ type: 'array' })).toBeNull();
    expect(fieldsOf({ type: 'object' })).toBeNull();
  });
});

describe('readForm', () => {
  test('leaves out what was left empty, so that defaults apply', () => {
    const { fields, values } = form(SCHEMA);

    expect(readForm(fields, { ...values, image: 'https://a.example/b.png' })).toEqual({
      ok: true,
      input: { image: 'https://a.example/b.png', tiles: 4 },
      faults: {},
    });
  });

  test('keeps the types of the schema', () => {
    const { fields, values } = form(SCHEMA);
    const written = {
      ...values,
      image: 'https://a.example/b.png',
      tiles: '12',
      quality: '0.5',
      keep: true,
      mode: '3',
      extra: '{"a": [1]}',
    };

    expect(readForm(fields, written)).toEqual({
      ok: true,
      input: {
        image: 'https://a.example/b.png',
        tiles: 12,
        quality: 0.5,
        keep: true,
        mode: 3,
        extra: { a: [1] },
      },
      faults: {},
    });
  });

  test('names every fault at once, by field', () => {
    const { fields, values } = form(SCHEMA);

    expect(
      readForm(fields, { ...values, tiles: '1.5', quality: 'much', extra: '{', image: 'here' }),
    ).toEqual({
      ok: false,
      input: {},
      faults: {
        image: 'not_a_url',
        tiles: 'not_an_integer',
        quality: 'not_a_number',
        extra: 'not_json',
      },
    });
    expect(readForm(fields, { ...values, tiles: ' ' })).toMatchObject({
      ok: false,
      faults: { image: 'missing', tiles: 'missing' },
    });
  });

  test('numbers keep within the bounds of the schema', () => {
    const { fields, values } = form(SCHEMA);
    const of = (quality: string) => readForm(fields, { ...values, quality }).faults['quality'];

    expect([of('-0.1'), of('0'), of('1'), of('2')]).toEqual([
      'too_small',
      undefined,
      undefined,
      'too_large',
    ]);
  });

  test('a choice begins with its default, whatever kind of value it is', () => {
    const sizes = [{ width: 1 }, 'full'];
    const { fields, values } = form({
      properties: { size: { enum: sizes, default: { width: 1 } } },
    });

    expect(values['size']).toBe('{"width":1}');
    expect(readForm(fields, values).input).toEqual({ size: { width: 1 } });
  });

  test('a property may be named as what every object has', () => {
    const schema = JSON.parse(
      '{"properties":{"constructor":{"type":"string"},"__proto__":{"type":"number"},"toString":{}}}',
    ) as JsonObject;
    const { fields, values } = form(schema);

    expect(readForm(fields, {})).toEqual({ ok: true, input: {}, faults: {} });
    const read = readForm(fields, { ...values, ['__proto__']: '7', constructor: 'x' });
    expect(JSON.stringify(read.input)).toBe('{"constructor":"x","__proto__":7}');
    expect(Object.keys(readForm(fields, { ['__proto__']: 'no' }).faults)).toEqual(['__proto__']);
  });

  test('a switch says "off" only where the schema asked or had a default', () => {
    const asked = form({ properties: { a: { type: 'boolean' } }, required: ['a'] });
    const free = form({ properties: { a: { type: 'boolean' } } });

    expect(readForm(asked.fields, asked.values)).toMatchObject({ ok: true, input: { a: false } });
    expect(readForm(free.fields, free.values)).toMatchObject({ ok: true, input: {} });
  });
});

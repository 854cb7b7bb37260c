import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import {
  definition,
  fanoutNode,
  httpNode,
  retryPolicy,
  taskNode,
  waitNode,
} from '#engine/definition.ts';
import en from '../../../messages/designer.en.json' with { type: 'json' };
import zh from '../../../messages/designer.zh.json' with { type: 'json' };
import { NODE_KINDS } from '../../canvas/kinds/registry.ts';
import { factsOf, type FieldFacts } from './facts.ts';

describe('the facts of a field', () => {
  test('are those of the engine', () => {
    expect(factsOf(taskNode, 'priority')).toEqual({
      name: 'priority',
      required: false,
      fallback: 0,
      shape: { is: 'number', min: -100, max: 100, whole: true },
    });
    expect(factsOf(taskNode, 'onFailure')).toMatchObject({
      fallback: 'fail',
      shape: { is: 'choice', options: ['fail', 'continue'] },
    });
    expect(factsOf(retryPolicy, 'limit')).toMatchObject({ required: true });
    expect(factsOf(retryPolicy, 'on').shape).toMatchObject({ is: 'choices' });
    expect(factsOf(fanoutNode, 'tolerance').shape).toMatchObject({ is: 'group' });
    expect(factsOf(waitNode, 'seconds').shape).toEqual({ is: 'amount' });
    expect(factsOf(httpNode, 'submit')).toMatchObject({ required: true, shape: { is: 'group' } });
    expect(factsOf(definition, 'output').shape).toEqual({ is: 'json' });
  });
});

describe('the form of every kind', () => {
  test.each(Object.values(NODE_KINDS))('of $type shows every field of the schema once', (kind) => {
    const shown = kind.form.flatMap((section) => [...section.fields]).toSorted();

    expect([...shown, 'type'].toSorted()).toEqual(Object.keys(kind.schema.shape).toSorted());
  });

  const settings = definition.omit({ nodes: true, edges: true, layout: true, schemaVersion: true });

  test.each([
    ['en', en],
    ['zh', zh],
  ])('has words for every field and every option in %s', (_, { designer }) => {
    for (const { schema } of Object.values(NODE_KINDS)) {
      for (const name of wordsOf(schema)) expect(designer.fields).toHaveProperty(name);
    }
    for (const name of wordsOf(settings)) expect(designer.settings).toHaveProperty(name);
    for (const { type, form } of Object.values(NODE_KINDS)) {
      for (const { field } of form.flatMap(({ alternatives = [] }) => alternatives)) {
        expect(designer.alternatives).toHaveProperty(`${type}.options.${field ?? 'none'}`);
      }
    }
  });
});

function wordsOf(schema: z.ZodObject): string[] {
  return Object.keys(schema.shape)
    .filter((name) => name !== 'type' && name !== 'cases')
    .flatMap((name) => namesIn(factsOf(schema, name)));
}

function namesIn({ name, shape }: FieldFacts): string[] {
  switch (shape.is) {
    case 'group':
      return [`${name}.label`, ...shape.fields.flatMap(namesIn)];
    case 'choice':
      return [`${name}.label`, ...shape.options.map((option) => `${name}.options.${option}`)];
    case 'choices':
      return [`${name}.label`, ...shape.options.map((option) => `${name}.options.${option}`)];
    case 'text':
    case 'number':
    case 'boolean':
    case 'amount':
    case 'json':
      return [`${name}.label`];
  }
}

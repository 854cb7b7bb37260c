import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testApi } from '#test/api.ts';
import { writeTypes, type OpenApi } from './client_types.ts';
import { typeOf } from './client_types/schema_type.ts';

test('the types of the client are those of the served document (else: npm run -s clients:types)', async () => {
  const api = await testApi();
  const document = (await api.get('/openapi.json', { key: null })).body as OpenApi;
  const file = new URL('../clients/typescript/src/api_types.ts', import.meta.url);

  expect(readFileSync(file, 'utf8')).toBe(writeTypes(document));
});

test.each([
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ anyOf: [{}, { type: 'null' }] }, 'unknown'],
  [{ anyOf: [{ type: 'string' }, { const: 'default' }] }, 'string'],
  [{ type: 'array', items: { enum: ["it's", 1] } }, "Array<'it\\'s' | 1>"],
  [{ type: 'object', additionalProperties: { type: 'integer' } }, 'Record<string, number>'],
  [{ type: 'object', properties: {}, additionalProperties: false }, 'Record<string, never>'],
  [{ $ref: '#/components/schemas/Work' }, 'Work'],
])('%j is %s', (schema, type) => {
  expect(typeOf(schema)).toBe(type);
});

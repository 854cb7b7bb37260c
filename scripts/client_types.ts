/**
 * Writes the types of the TypeScript client from the OpenAPI document that the API serves: `npm run -s clients:types`, after every
 * change of a route or of what it takes and answers. A test of the client says when it was forgotten.
 */
import { writeFileSync } from 'node:fs';
import { createApi } from '#api/app.ts';
import { openDatabase } from '#db/database.ts';
import { comment, keyOf, typeOf, type Schema } from './client_types/schema_type.ts';

const FILE = new URL('../clients/typescript/src/api_types.ts', import.meta.url);
const BASE_PATH = '/api/v1';

type Content = { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> };

type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
};

type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content>>;
};

export type OpenApi = {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

type Placed = Operation & { readonly method: string; readonly path: string };

const HEAD = `/** Written from the OpenAPI document by \`npm run -s clients:types\`; changes are made there. */\n`;

/** The module: a type for each schema, one for what each operation takes and answers, and where each is found. */
export function writeTypes(document: OpenApi): string {
  const operations = Object.entries(document.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): Placed => ({
        ...operation,
        method,
        path: path.slice(BASE_PATH.length),
      })),
    )
    .filter((operation) => !('text/event-stream' in (answerOf(operation).content ?? {})))
    .toSorted((one, other) => one.operationId.localeCompare(other.operationId, 'en'));

  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) => `${comment(schema)}export type ${name} = ${typeOf(schema)};\n`,
  );
  const routes = operations.map(
    ({ operationId, method, path }) =>
      `  ${operationId}: ['${method.toUpperCase()}', '${path}'],\n`,
  );

  return [
    HEAD,
    ...schemas,
    `/** What each operation takes and answers, by its name in the reference. */\nexport type Operations = {\n${operations.map(typeOfOperation).join('')}};\n`,
    `/** Where each operation is found, under \`${BASE_PATH}\`. */\nexport const ROUTES = {\n${routes.join('')}} as const satisfies Record<keyof Operations, readonly [string, string]>;\n`,
  ].join('\n');
}

function typeOfOperation(operation: Placed): string {
  const { operationId, summary, parameters = [], requestBody } = operation;
  const body = requestBody?.content?.['application/json']?.schema;
  const parts = [
    typeOfParameters('params', parameters, 'path'),
    typeOfParameters('query', parameters, 'query'),
    typeOfParameters('headers', parameters, 'header'),
    body && `    body${requestBody?.required ? '' : '?'}: ${typeOf(body, '    ')};\n`,
    `    answer: ${answerType(answerOf(operation))};\n`,
  ];

  return `  /** ${summary} */\n  ${operationId}: {\n${parts.filter(Boolean).join('')}  };\n`;
}

function typeOfParameters(name: string, parameters: readonly Parameter[], place: string): string {
  const found = parameters.filter((parameter) => parameter.in === place);
  if (found.length === 0) return '';

  const members = found.map(
    ({ name: key, required, description, schema }) =>
      `${comment({ description }, '      ')}      ${keyOf(key)}${required ? '' : '?'}: ${typeOf(schema, '      ')};\n`,
  );
  const optional = found.some(({ required }) => required) ? '' : '?';
  return `    ${name}${optional}: {\n${members.join('')}    };\n`;
}

function answerOf({ responses }: Operation): Content {
  const found = Object.entries(responses).find(([status]) => status.startsWith('2'));
  return found?.[1] ?? {};
}

function answerType({ content }: Content): string {
  const schema = content?.['application/json']?.schema;
  return schema === undefined ? 'undefined' : typeOf(schema, '    ');
}

/** The document of this very source tree. No database is asked for it. */
async function servedDocument(): Promise<OpenApi> {
  const db = openDatabase({ url: 'postgres://nobody@localhost/none' });
  const quiet = () => undefined;
  const app = createApi({
    db,
    log: { info: quiet, warn: quiet, error: quiet },
    sessionSecret: null,
    publicUrl: null,
    limits: { single: 1, batch: 1 },
    outboundPolicy: { allowPrivate: false, allowLoopback: false, allowHosts: [] },
    version: '0.0.0',
  });

  try {
    const response = await app.request(`${BASE_PATH}/openapi.json`);
    return (await response.json()) as OpenApi;
  } finally {
    await db.close();
  }
}

if (import.meta.main) {
  writeFileSync(FILE, writeTypes(await servedDocument()));
}

/** The reference as a page: written from the OpenAPI document and nothing else, whole in itself, readable without scripts. */
import { PROBLEMS } from '../problem.ts';
import type { Document } from './document.ts';
import { blocks, Html, html, inline } from './html.ts';
import type { JsonSchema } from './json_schema.ts';
import { describe, typeOf, viewSchema } from './schema_view.ts';
import { STYLE } from './style.ts';

type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
  readonly example?: string;
};

type Content = Readonly<
  Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>
>;

type Operation = {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly { readonly apiKey?: readonly string[] }[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { description: string; content?: Content }>>;
};

export function renderReference(document: Document): string {
  const operations = operationsOf(document);
  const tags = (document.tags ?? []).map(({ name, description = '' }) => ({
    name,
    description,
    operations: operations.filter((operation) => operation.tags.includes(name)),
  }));
  const schemas = Object.entries(
    (document.components?.schemas ?? {}) as Record<string, JsonSchema>,
  );

  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Latchwork API</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <nav>
          <a class="home" href="#top">Latchwork API</a>
          ${tags.map(
            (tag) =>
              html`<h2>${tag.name}</h2>
                <ul>
                  ${tag.operations.map(
                    (operation) =>
                      html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`,
                  )}
                </ul>`,
          )}
          <h2>Besides</h2>
          <ul>
            <li><a href="#problems">Problems</a></li>
            <li><a href="#schemas">Schemas</a></li>
            <li><a href="/api/v1/openapi.json">OpenAPI 3.1</a></li>
          </ul>
        </nav>
        <main id="top">
          <h1>Latchwork API <small>${document.info.version}</small></h1>
          ${blocks(document.info.description ?? '')}
          ${tags.map(
            (tag) =>
              html`<h2 class="tag">${tag.name}</h2>
                <p>${inline(tag.description)}</p>
                ${tag.operations.map(viewOperation)}`,
          )}
          ${viewProblems()}
          <h2 class="tag" id="schemas">Schemas</h2>
          ${schemas.map(
            ([name, schema]) =>
              html`<section id="schema-${name}">
                <h3>${name}</h3>
                ${typeof schema.description === 'string' && html`<p>${inline(schema.description)}</p>`}
                ${viewSchema(schema)}
              </section>`,
          )}
        </main>
      </body>
    </html>`.text;
}

function operationsOf(document: Document): Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      // The document is our own (document.ts); this is the part of it that the page shows.
      ([method, operation]) => ({
        ...(operation as Operation),
        method: method.toUpperCase(),
        path,
      }),
    ),
  );
}

function viewOperation(operation: Operation): Html {
  const scope = operation.security[0]?.apiKey?.[0];
  const body = operation.requestBody?.content['application/json'];

  return html`<section id="${operation.operationId}">
    <h3>${operation.summary}</h3>
    <p class="path">
      <span class="method ${operation.method.toLowerCase()}">${operation.method}</span>
      <code>${operation.path}</code>
      <span class="scope">${scope ? html`scope <code>${scope}</code>` : 'no key needed'}</span>
    </p>
    ${operation.description && blocks(operation.description)}
    ${
      operation.parameters.length > 0 &&
      html`<h4>Parameters</h4>
        ${viewParameters(operation.parameters)}`
    }
    ${
      body &&
      html`<h4>Body${!operation.requestBody?.required && ' (may be left out)'}</h4>
        ${typeAndSchema(body.schema)}`
    }
    <h4>Answers</h4>
    ${viewResponses(operation)}
    <pre><code>${curlOf(operation)}</code></pre>
  </section>`;
}

function viewParameters(parameters: readonly Parameter[]): Html {
  return html`<ul class="members">
    ${parameters.map(
      (parameter) =>
        html`<li>
          <div>
            <code class="name">${parameter.name}</code>
            <span class="type">${parameter.in} · ${typeOf(parameter.schema)}</span>
            ${parameter.required && html`<span class="required">required</span>`}
          </div>
          ${describe({ ...parameter.schema, description: parameter.description })}
        </li>`,
    )}
  </ul>`;
}

function typeAndSchema(schema: JsonSchema): Html {
  return typeof schema.$ref === 'string' ? html`<p>${typeOf(schema)}</p>` : viewSchema(schema);
}

function viewResponses({ responses }: Operation): Html {
  return html`<ul class="answers">
    ${Object.entries(responses).map(([status, { description, content }]) => {
      const [[type, shown] = []] = Object.entries(content ?? {});
      const named = shown && type !== 'application/problem+json';

      return html`<li>
        <code class="status s${status[0] ?? ''}">${status}</code> ${linkProblems(description)}
        ${named && html`<span class="type">${typeOf(shown.schema)}</span>`}
        ${
          named && shown.schema.properties
            ? html`<details>
                <summary>its members</summary>
                ${viewSchema(shown.schema)}
              </details>`
            : null
        }
      </li>`;
    })}
  </ul>`;
}

/** Codes in a description link to what they mean. */
function linkProblems(description: string): Html {
  const text = description.replace(/`(\w+)`: [^.]+\./g, (whole, code: string) =>
    code in PROBLEMS ? `[${code}](#problem-${code})` : whole,
  );
  return inline(text);
}

function viewProblems(): Html {
  return html`<h2 class="tag" id="problems">Problems</h2>
    <p>What <code>code</code> may be, and the status it comes with.</p>
    <ul class="answers">
      ${Object.entries(PROBLEMS).map(
        ([code, { status, title, meaning }]) =>
          html`<li id="problem-${code}">
            <code class="status s${String(status)[0] ?? ''}">${String(status)}</code>
            <code>${code}</code> ${title}.
            <div class="note">${inline(meaning)}</div>
          </li>`,
      )}
    </ul>`;
}

function curlOf({ method, path, parameters, requestBody, security }: Operation): string {
  const examples = new Map(parameters.map(({ name, example }) => [name, example]));
  const url = path.replace(/\{(\w+)\}/g, (place, name: string) => examples.get(name) ?? place);
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.example !== undefined)
    .map(({ name, example }) => `${name}=${example}`)
    .join('&');
  const body = requestBody?.content['application/json']?.example;

  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"$LATCHWORK_URL${url}${query && `?${query}`}"`,
    ...(security.length > 0 ? [`-H "Authorization: Bearer $LATCHWORK_API_KEY"`] : []),
    ...(body === undefined
      ? []
      : [
          `-H 'Content-Type: application/json'`,
          `-d '${JSON.stringify(body, null, 2).replaceAll("'", `'\\''`)}'`,
        ]),
  ].join(' \\\n  ');
}

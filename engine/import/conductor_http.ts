/** An HTTP task: one request, whose answer Conductor shows as `response`. */
import type { DefinitionNode } from '../definition.ts';
import { type Scope, translate, translateText } from './conductor_expressions.ts';
import type { Step } from './conductor_flow.ts';
import { omit, refuse } from './notes.ts';
import {
  has,
  member,
  members,
  type Source,
  take,
  takeCount,
  takeFlag,
  takeText,
} from './source.ts';

type Http = Pick<Extract<DefinitionNode, { type: 'http' }>, 'submit' | 'callback' | 'output'>;
type Method = NonNullable<Http['submit']['method']>;

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] satisfies Method[];

export function readHttp(scope: Scope, step: Step): Http {
  const { reading } = scope;
  const parameters = member(step.source, 'inputParameters');
  const wrapped = member(parameters, 'http_request');
  const request = has(wrapped) ? wrapped : parameters;
  const uri = member(request, 'uri');
  const method = (takeText(reading, member(request, 'method')) ?? 'GET').toUpperCase();

  if (!has(uri)) {
    refuse(reading, request.pointer, 'An HTTP task has an http_request with a uri.');
  }
  if (!METHODS.includes(method)) {
    refuse(reading, member(request, 'method').pointer, `A request cannot be ${method} here.`);
  }
  const body = member(request, 'body');
  const headers = readHeaders(scope, request, step);
  const timeoutSeconds = readTimeout(scope, request);
  const callback = [member(step.source, 'asyncComplete'), member(request, 'asyncComplete')].find(
    (flag) => takeFlag(reading, flag),
  );
  if (callback) {
    omit(
      reading,
      callback.pointer,
      'The service ends it at {{ reportUrl }}: put that into the request.',
    );
  }
  const encode = member(request, 'encode');
  if (encode.value === true) {
    take(reading, encode);
  }

  return {
    submit: {
      url: translateText(scope, uri, step),
      // Guarantee: it is one of METHODS, or the import was refused.
      method: method as Method,
      ...(Object.keys(headers).length > 0 ? { headers } : {}),
      ...(has(body) ? { body: translate(scope, body, step) } : {}),
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    },
    ...(callback && { callback: true }),
    output: {
      response: {
        statusCode: '{{ response.status }}',
        headers: '{{ response.headers }}',
        body: '{{ response.body }}',
      },
    },
  };
}

function readHeaders(scope: Scope, request: Source, step: Step): Record<string, string> {
  const headers = new Map<string, string>();
  for (const [name, header] of [
    ['accept', member(request, 'accept')],
    ['content-type', member(request, 'contentType')],
  ] as const) {
    if (has(header)) {
      headers.set(name, translateText(scope, header, step));
    }
  }
  for (const [name, header] of members(member(request, 'headers'))) {
    if (name === '__proto__') {
      omit(scope.reading, header.pointer, 'A header cannot be named "__proto__" here.');
    } else {
      headers.set(name, translateText(scope, header, step));
    }
  }
  return Object.fromEntries(headers);
}

/** Milliseconds; 0 is no limit, which is not to be had. */
function readTimeout({ reading }: Scope, request: Source): number | undefined {
  const connect = member(request, 'connectionTimeOut');
  const source = member(request, 'readTimeOut');
  if (has(connect)) {
    omit(reading, connect.pointer, 'There is one timeout, for the whole request.');
  }
  const milliseconds = takeCount(reading, source, Number.MAX_SAFE_INTEGER);
  if (milliseconds === undefined) {
    return undefined;
  }
  const seconds = milliseconds === 0 ? 300 : Math.min(300, Math.max(0.1, milliseconds / 1_000));
  if (seconds !== milliseconds / 1_000) {
    omit(
      reading,
      source.pointer,
      `A request may take from 0.1 to 300 seconds; it may take ${seconds}.`,
    );
  }
  return seconds;
}

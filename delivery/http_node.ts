/** The requests and conditions of an `http` node, compiled. */
import {
  compileExpression,
  joinReferences,
  type Expression,
  type References,
} from '#engine/expression/expression.ts';
import type { Scope } from '#engine/expression/scope.ts';
import { compileTemplate, type Template } from '#engine/expression/template.ts';
import type { Json } from '#engine/json.ts';
import { wrongHeader } from '#engine/outbound/header.ts';
import type { PlanHttp, PlanNotify } from '#engine/plan.ts';
import type { Call } from './call.ts';

export type RequestTemplate = Pick<Call, 'method' | 'timeoutSeconds'> & {
  readonly template: Template;
};

export type HttpProgram = {
  readonly submit: RequestTemplate;
  readonly status:
    | (RequestTemplate & {
        readonly everySeconds: number;
        readonly succeededWhen: Expression;
        readonly failedWhen: Expression | null;
      })
    | null;
  readonly callback: boolean;
  readonly result: RequestTemplate | null;
  readonly stop: RequestTemplate | null;
  readonly output: Template | null;
  /** What is read when the node begins, whenever it is asked for its status, and when it is stopped. */
  readonly reads: Readonly<Record<'submit' | 'status' | 'stop', References>>;
};

const programs = new WeakMap<PlanHttp, HttpProgram>();

/** Plans are kept in memory by version, so each is compiled once. */
export function httpProgram(plan: PlanHttp): HttpProgram {
  const program = programs.get(plan) ?? compile(plan);
  programs.set(plan, program);

  return program;
}

function compile(plan: PlanHttp): HttpProgram {
  const submit = request(plan.submit, 'POST');
  const status = plan.status && {
    ...request(plan.status, 'GET'),
    everySeconds: plan.status.everySeconds ?? 5,
    succeededWhen: expression(plan.status.succeededWhen),
    failedWhen: plan.status.failedWhen === undefined ? null : expression(plan.status.failedWhen),
  };
  const result = plan.result && request(plan.result, 'GET');
  const stop = plan.stop && request(plan.stop, 'POST');
  const output = plan.output === undefined ? null : template(plan.output);
  const callback = plan.callback === true;
  const endsAtOnce = status === undefined && !callback;
  const read = (...all: readonly (Pick<Template, 'references'> | null | undefined)[]) =>
    joinReferences(all.flatMap((one) => one?.references ?? []));

  return {
    submit,
    status: status ?? null,
    callback,
    result: result ?? null,
    stop: stop ?? null,
    output,
    reads: {
      submit: read(submit.template, endsAtOnce ? output : null),
      status: read(
        status?.template,
        status?.succeededWhen,
        status?.failedWhen,
        result?.template,
        output,
      ),
      stop: read(stop?.template),
    },
  };
}

type Requested = {
  readonly url: string;
  readonly method?: Call['method'] | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Json | undefined;
  readonly timeoutSeconds?: number | undefined;
};

/** @throws Error if an expression does not compile; publishing refuses such a definition. */
function request(
  { url, headers = {}, body, method, timeoutSeconds = 15 }: Requested,
  usual: Call['method'],
): RequestTemplate {
  return {
    method: method ?? usual,
    timeoutSeconds,
    template: template({ url, headers, ...(body === undefined ? {} : { body }) }),
  };
}

/** A message to a URL: its data stands where a request has its body. */
export function notifyRequest({ url, headers, data }: PlanNotify): RequestTemplate {
  return request({ url, headers, body: data ?? null }, 'POST');
}

function expression(source: string): Expression {
  const compiled = compileExpression(source);
  if (!compiled.ok) throw new Error(`expression "${source}": ${compiled.error.message}`);

  return compiled.expression;
}

function template(value: Json): Template {
  const compiled = compileTemplate(value);
  if (!compiled.ok) {
    throw new Error(`template: ${compiled.errors.map(({ message }) => message).join('; ')}`);
  }
  return compiled.template;
}

export type Rendered<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string };

/** Fills a request in. Anything but text becomes text in a URL or header. */
export function renderCall(
  { method, timeoutSeconds, template: filled }: RequestTemplate,
  scope: Scope,
): Rendered<Call> {
  const rendered = renderTemplate(filled, scope);
  if (!rendered.ok) return rendered;

  // As `request` made it.
  const { url, headers, body } = rendered.value as {
    readonly url: Json;
    readonly headers: Readonly<Record<string, Json>>;
    readonly body?: Json;
  };
  const texts = Object.entries(headers).map(([name, value]) => [name, asText(value)] as const);
  const wrong = texts.map(([name, value]) => wrongHeader(name, value)).find((one) => one !== null);
  if (wrong !== undefined) return { ok: false, message: wrong };

  return {
    ok: true,
    value: { method, timeoutSeconds, url: asText(url), headers: Object.fromEntries(texts), body },
  };
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function renderTemplate(rendering: Template, scope: Scope): Rendered<Json> {
  const rendered = rendering.render(scope);
  return rendered.ok ? rendered : { ok: false, message: complaint(rendered.error) };
}

/** Whether a condition holds. One that is neither true nor false counts as one that cannot be read. */
export function test(condition: Expression, scope: Scope): Rendered<boolean> {
  const answer = condition.evaluate(scope);
  if (!answer.ok) return { ok: false, message: complaint(answer.error) };

  return typeof answer.value === 'boolean'
    ? { ok: true, value: answer.value }
    : { ok: false, message: `${condition.source} is neither true nor false` };
}

function complaint({
  message,
  expression: source,
  start,
  end,
}: {
  readonly message: string;
  readonly expression: string;
  readonly start: number;
  readonly end: number;
}): string {
  return `${message} (in ${source}, characters ${start} to ${end})`;
}

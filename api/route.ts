/**
 * What a route says: who may call it, what it takes, what it does, what it answers. `serve.ts` runs it, `reference/document.ts` writes
 * it into the OpenAPI document; both read the same schemas.
 */
import * as z from 'zod';
import type { Context, Scope } from '#operations/context.ts';
import { isRefusal, type Refusal } from '#operations/refusal.ts';
import { parseBody, parseQuery, type Parsed } from './parse.ts';
import type { ProblemCode, Refused } from './problem.ts';

export type Tag =
  | 'Workflows'
  | 'Versions'
  | 'Schedules'
  | 'Triggers'
  | 'Works'
  | 'Instances'
  | 'Moves'
  | 'Tasks'
  | 'Workers'
  | 'Notifications'
  | 'Alerts'
  | 'Expressions'
  | 'API keys'
  | 'Live updates';

/** What the operation of a route is given. */
export type Asked<Query, Body> = {
  /** The `{names}` of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly header: (name: string) => string | null;
  /** All of them, by their names in lower case. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** The body as it came, of a route that takes it `raw`; else empty. */
  readonly bytes: Buffer;
  /** Aborts when the caller hangs up, or this process is about to end. A function, because making the signal costs more than most requests. */
  readonly signal: () => AbortSignal;
  readonly url: string;
};

/** An answer that is not simply a body with the route's usual status. */
export class Reply<Body> {
  readonly body: Body;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(body: Body, more: { status: number; headers?: Readonly<Record<string, string>> }) {
    this.body = body;
    this.status = more.status;
    this.headers = more.headers ?? {};
  }
}

/** What the reference says about a route. */
export type RouteFacts = {
  /** `operationId`: a verb and a noun. */
  readonly id: string;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below /api/v1, with `{names}`. */
  readonly path: `/${string}`;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** Null: no key is asked for. */
  readonly scope: Scope | null;
  /** The larger limit of batches applies to the body. */
  readonly batch?: true;
  /** The body holds a definition: said twice, a member would lose a person what it said first, in silence. So it is refused. */
  readonly namesOnce?: true;
  /** Takes a body of any type, as the bytes that came. */
  readonly raw?: true;
  /** Of a success; default 200. */
  readonly status?: 200 | 201 | 202 | 204;
  /** Media type of an answer that is no JSON. */
  readonly streams?: string;
  /** Media types in which the same answer is given too. */
  readonly alsoAs?: readonly string[];
  /** Other successes, with what they mean. */
  readonly alsoStatus?: Readonly<Record<number, string>>;
  readonly requestHeaders?: Readonly<Record<string, string>>;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  /** Refusals beyond those that every route may answer. */
  readonly refusals?: readonly ProblemCode[];
  /** A request that the test of the reference replays, and the curl of the page shows. */
  readonly example?: {
    readonly params?: Readonly<Record<string, string>>;
    readonly query?: string;
    readonly body?: unknown;
  };
};

type Spec<Query, Body, Answer> = RouteFacts & {
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** Where the items of a body are checked one by one, the schema that says what each must be. */
  readonly bodyShown?: z.ZodType;
  /** An absent body counts as `{}`. */
  readonly optionalBody?: true;
  readonly answer?: z.ZodType<Answer>;
  readonly does: (ctx: Context, asked: Asked<Query, Body>) => Promise<Answered<NoInfer<Answer>>>;
};

type Answered<Answer> = Answer | Reply<Answer> | Response | Refused;

/** Unparsed: what came with the request. */
export type Given = Asked<URLSearchParams, unknown>;

export type Route = RouteFacts & {
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly bodyShown?: z.ZodType;
  readonly optionalBody?: true;
  readonly answer?: z.ZodType;
  readonly run: (ctx: Context, given: Given) => Promise<Reply<unknown> | Response | Refused>;
};

export function route<Query = undefined, Body = undefined, Answer = undefined>({
  does,
  ...spec
}: Spec<Query, Body, Answer>): Route {
  const status = spec.status ?? 200;

  return {
    ...spec,
    async run(ctx, given) {
      const query = spec.query
        ? parseQuery(spec.query, given.query)
        : parseNoQuery<Query>(given.query);
      if (!query.ok) {
        return query.refusal;
      }
      const sent = spec.optionalBody ? (given.body ?? {}) : given.body;
      const body = spec.body ? parseBody(spec.body, sent) : nothing<Body>();
      if (!body.ok) {
        return body.refusal;
      }

      const answer = await does(ctx, { ...given, query: query.value, body: body.value });
      return answer instanceof Reply || answer instanceof Response || isRefused(answer)
        ? answer
        : new Reply(answer, { status });
    },
  };
}

const noQuery = z.strictObject({});

function parseNoQuery<Query>(query: URLSearchParams): Parsed<Query> {
  const read = query.size === 0 ? null : parseQuery(noQuery, query);
  return read && !read.ok ? read : nothing<Query>();
}

/** Guarantee: a route without the schema has the type's default, undefined. */
function nothing<T>(): Parsed<T> {
  return { ok: true, value: undefined as T };
}

function isRefused(answer: unknown): answer is Refused {
  return isRefusal(answer);
}

/** A parameter of the path. That it is there is the router's promise: `{name}` stands in the route's own path. */
export function param(params: Readonly<Record<string, string>>, name: string): string {
  const value = params[name];
  if (value === undefined) {
    throw new Error(`the path has no {${name}}`);
  }
  return value;
}

/** Of routes that take nothing. */
export const noBody = z.strictObject({});

/** What was done needs no words: 204. */
export async function withoutBody(
  done: Promise<object | Refusal>,
): Promise<Reply<undefined> | Refusal> {
  const answer = await done;
  return isRefusal(answer) ? answer : new Reply(undefined, { status: 204 });
}

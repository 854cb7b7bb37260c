import * as z from 'zod';
import type { Refusal, RefusalCode } from '#operations/refusal.ts';
import { jsonObject, type JsonObject } from '#engine/json.ts';

/** Every answer that is not a success: the refusals of the operations, and what goes wrong before one is called. */
export type ProblemCode =
  | RefusalCode
  | 'malformed_json'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'method_not_allowed'
  | 'unavailable'
  | 'internal';

type ProblemFace = {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 422 | 428 | 500 | 503;
  readonly title: string;
  /** For the reference: when it comes, and what to do. */
  readonly meaning: string;
};

export const PROBLEMS: Readonly<Record<ProblemCode, ProblemFace>> = {
  malformed_json: {
    status: 400,
    title: 'The body is not JSON',
    meaning:
      'Nothing was done. `position` says where the text stops being JSON or, of a definition, where an object has a member a second time, or where a number is that no double holds; it is not there if the body is not even UTF-8.',
  },
  unauthorized: {
    status: 401,
    title: 'Not signed in',
    meaning:
      'The key is missing, malformed, unknown, revoked or expired, or the session has ended; `detail` says which.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    meaning:
      'The key or the role lacks the `scope` that is named, or a write by session came from another site.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    meaning: 'There is no such thing, or no such route.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    meaning: 'The path exists, with the methods of the `Allow` header.',
  },
  conflict: {
    status: 409,
    title: 'Conflict',
    meaning: 'The thing is in a state that does not allow this; `detail` names the state.',
  },
  stale_attempt: {
    status: 409,
    title: 'The attempt is no longer live',
    meaning:
      'The attempt ended: by another report, by a timeout, or because its task was `cancelled`. Nothing was changed; stop working on it.',
  },
  no_published_version: {
    status: 409,
    title: 'Nothing is published',
    meaning: 'The workflow has no version that could run. Publish its draft first.',
  },
  object_busy: {
    status: 409,
    title: 'The object is busy',
    meaning:
      'The workflow lets one instance per object id run, and `busyWith` has not ended. Nothing was created.',
  },
  etag_mismatch: {
    status: 412,
    title: 'Changed by somebody else',
    meaning:
      'Somebody saved meanwhile; nothing is lost. `currentEtag`, `updatedBy` and `updatedAt` say what is there now.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    meaning: 'The body has more than `limitBytes`. Send fewer things at once.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    meaning: 'A body must be `application/json`.',
  },
  invalid_request: {
    status: 422,
    title: 'Invalid request',
    meaning:
      'A field is missing, unknown or wrong. `errors` names each by its JSON Pointer, with a `code` and the `facts` that its message names, such as a `limit`; `?name` is a parameter of the query.',
  },
  idempotency_mismatch: {
    status: 422,
    title: 'Idempotency key used before',
    meaning: 'The `Idempotency-Key` was used for another request within the last day.',
  },
  invalid_definition: {
    status: 422,
    title: 'Invalid definition',
    meaning:
      'The definition cannot run. `problems` lists everything that is wrong with it, each with code, pointer and the node or edge.',
  },
  etag_required: {
    status: 428,
    title: 'If-Match is missing',
    meaning:
      'Saving needs the ETag that it was made from, so that nobody’s work is overwritten unseen.',
  },
  unavailable: {
    status: 503,
    title: 'Not available just now',
    meaning:
      'The database cannot be reached. Try again after `Retry-After` seconds; reports, and creations with an `Idempotency-Key` or a `dedupeKey`, may be repeated without harm.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    meaning: 'Not your fault. The log of the server knows the request by the id in `instance`.',
  },
};

export const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

export const fieldError = z.object({
  pointer: z.string().meta({ description: 'JSON Pointer to the field' }),
  code: z.string(),
  message: z.string(),
  facts: jsonObject
    .optional()
    .meta({ description: 'what the message names: the limit, the type, the values, the format' }),
});

export const apiProblem = z
  .looseObject({
    type: z.string().meta({ description: 'path of the page that explains the code' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'a sentence that names the thing and its state' }),
    instance: z.string().meta({ description: 'id of the request, as in X-Request-Id' }),
    code: z.enum(PROBLEM_CODES),
    errors: z.array(fieldError).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457; further members are facts of the refusal.' });

export type ApiProblem = z.infer<typeof apiProblem>;

/** A refusal of an operation, or one from before an operation was reached. */
export type Refused = Omit<Refusal, 'refused'> & { readonly refused: ProblemCode };

export function refuseEarly(refused: ProblemCode, message: string, facts?: JsonObject): Refused {
  return { refused, message, ...(facts && { facts }) };
}

export function problemOf(refusal: Refused, requestId: string): ApiProblem {
  const { status, title } = PROBLEMS[refusal.refused];

  return {
    ...refusal.facts,
    type: `/api/v1/docs#problem-${refusal.refused}`,
    title,
    status,
    detail: refusal.message,
    instance: requestId,
    code: refusal.refused,
    ...(refusal.errors && { errors: [...refusal.errors] }),
  };
}

export function problemResponse(refusal: Refused, requestId: string): Response {
  const problem = problemOf(refusal, requestId);

  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'x-request-id': requestId,
      ...(refusal.refused === 'unauthorized' && { 'www-authenticate': 'Bearer' }),
      ...(refusal.refused === 'unavailable' && { 'retry-after': '1' }),
    },
  });
}

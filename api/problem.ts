import * as z from 'zod';
import type { Refusal, RefusalCode } from '#operations/refusal.ts';
import type { JsonObject } from '#engine/json.ts';

/** Every answer that is not a success: the refusals of the operations, and what goes wrong before one is called. */
export type ProblemCode =
  | RefusalCode
  | 'malformed_json'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'method_not_allowed'
  | 'internal';

type ProblemFace = {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 422 | 428 | 500;
  readonly title: string;
};

export const PROBLEMS: Readonly<Record<ProblemCode, ProblemFace>> = {
  malformed_json: { status: 400, title: 'The body is not JSON' },
  unauthorized: { status: 401, title: 'Not signed in' },
  forbidden: { status: 403, title: 'Not allowed' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  conflict: { status: 409, title: 'Conflict' },
  stale_attempt: { status: 409, title: 'The attempt is no longer live' },
  workflow_disabled: { status: 409, title: 'The workflow is switched off' },
  no_published_version: { status: 409, title: 'Nothing is published' },
  object_busy: { status: 409, title: 'The object is busy' },
  etag_mismatch: { status: 412, title: 'Changed by somebody else' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  invalid_request: { status: 422, title: 'Invalid request' },
  idempotency_mismatch: { status: 422, title: 'Idempotency key used before' },
  invalid_definition: { status: 422, title: 'Invalid definition' },
  etag_required: { status: 428, title: 'If-Match is missing' },
  internal: { status: 500, title: 'Internal error' },
};

export const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

const fieldError = z.object({
  pointer: z.string().meta({ description: 'JSON Pointer to the field' }),
  code: z.string(),
  message: z.string(),
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
    },
  });
}

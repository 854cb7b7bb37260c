import * as z from 'zod';
import type { ProblemCode } from '#api/problem.ts';
import type { Problem as DefinitionProblem } from '#engine/problem.ts';

/** What is wrong with one field. Its facts are what the message names. */
const fieldProblem = z.object({
  pointer: z.string(),
  code: z.string(),
  message: z.string(),
  facts: z
    .object({
      expected: z.string(),
      given: z.boolean(),
      limit: z.number(),
      of: z.string(),
      beyond: z.boolean(),
      values: z.array(z.unknown()).readonly(),
      format: z.string(),
      pattern: z.string(),
    })
    .partial()
    .optional(),
});

export type FieldProblem = z.infer<typeof fieldProblem>;

/** The body of every refusal of the API (RFC 9457), as far as the pages read it. */
const problemBody = z.looseObject({
  status: z.number(),
  // Guarantee: this is our own API, whose codes these are.
  code: z.custom<ProblemCode>((code) => typeof code === 'string'),
  detail: z.string().optional(),
  title: z.string().optional(),
  instance: z.string().optional(),
  errors: z.array(fieldProblem).optional(),
});

/** What the network did when there was no answer at all. */
export type TransportCode = 'unreachable' | 'bad_answer';

/**
 * The API said no (`status` >= 400), or could not be asked (`status` 0). `code` is stable and for deciding, `message` is a sentence
 * for people, `errors` name fields by JSON pointer into what was sent, `facts` are the problem's further members.
 */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: ProblemCode | TransportCode;
  readonly requestId: string | undefined;
  readonly errors: readonly FieldProblem[];
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(facts: {
    status: number;
    code: ProblemCode | TransportCode;
    message: string;
    requestId?: string | undefined;
    errors?: readonly FieldProblem[] | undefined;
    facts?: Readonly<Record<string, unknown>>;
  }) {
    super(facts.message);
    this.name = 'ApiProblem';
    this.status = facts.status;
    this.code = facts.code;
    this.requestId = facts.requestId;
    this.errors = facts.errors ?? [];
    this.facts = facts.facts ?? {};
  }

  /** The problems of a definition that could not be published or imported. */
  get definitionProblems(): readonly DefinitionProblem[] {
    const { problems } = this.facts;
    // The API sends the engine's own list under this name and nothing else (code `invalid_definition`).
    return Array.isArray(problems) ? (problems as readonly DefinitionProblem[]) : [];
  }
}

/** Reads a refusal. Something that is not our problem+json (a proxy's page, a crash) becomes code `bad_answer`. */
export function toProblem(status: number, text: string): ApiProblem {
  const read = problemBody.safeParse(parse(text));

  if (!read.success) {
    return new ApiProblem({ status, code: 'bad_answer', message: `HTTP ${status}` });
  }

  const { code, detail, title, instance, errors, ...facts } = read.data;
  return new ApiProblem({
    status,
    code,
    message: detail ?? title ?? code,
    requestId: instance,
    errors,
    facts,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the server found wrong at `pointer`; faults further inside of the field are named by the rest of their pointer. */
export function fieldError(
  problem: Error | null,
  pointer: string,
  say: (fault: FieldProblem) => string = ({ message }) => message,
): string | undefined {
  if (!(problem instanceof ApiProblem)) {
    return undefined;
  }
  const faults = problem.errors.flatMap((error) => {
    if (error.pointer === pointer) return [say(error)];
    return error.pointer.startsWith(`${pointer}/`)
      ? [`${error.pointer.slice(pointer.length + 1)}: ${say(error)}`]
      : [];
  });

  return faults.length === 0 ? undefined : faults.join('\n');
}

/** The problem's sentence for the form as a whole: absent when every fault is shown beside one of the `pointers`. */
export function formError(
  problem: Error | null,
  pointers: readonly string[],
  say: (fault: FieldProblem) => string = ({ message }) => message,
): string | undefined {
  if (problem === null) {
    return undefined;
  }
  if (problem instanceof ApiProblem && problem.errors.length > 0) {
    const rest = problem.errors.filter(
      (error) =>
        !pointers.some(
          (pointer) => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`),
        ),
    );
    return rest.length === 0
      ? undefined
      : rest.map((error) => `${error.pointer} ${say(error)}`.trim()).join('; ');
  }

  return problem.message;
}

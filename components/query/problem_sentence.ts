/** Which sentence says a refusal in the reader's language, by its code and the facts that come with it. */
import { actorName } from '../ui/actor.ts';
import { MOVE_NAMES } from '../instance/moves/table.ts';
import type { MoveName } from '#api/types.ts';
import type { Problem as DefinitionProblem } from '#engine/problem.ts';
import type { ApiProblem, FieldProblem } from './problem.ts';

export type Sentence =
  | {
      readonly says: 'plain';
      readonly key:
        | 'unreachable'
        | 'bad_answer'
        | 'internal'
        | 'unavailable'
        | 'unauthorized'
        | 'forbidden'
        | 'not_found'
        | 'taken'
        | 'draft_gone'
        | 'etag_required'
        | 'no_published_version'
        | 'object_busy'
        | 'body_too_large';
    }
  | { readonly says: 'no_workflow' | 'no_work'; readonly key: string }
  | { readonly says: 'etag_mismatch'; readonly who: string }
  | { readonly says: 'invalid_request'; readonly errors: readonly FieldProblem[] }
  | {
      readonly says: 'invalid_definition' | 'unimportable';
      readonly count: number;
      readonly first: DefinitionProblem;
    }
  /** The state of the instance does not allow this move. */
  | { readonly says: 'move'; readonly move: MoveName };

/** Null: nothing says it better than the words of the API, which name the thing and its state. */
export function sentenceOf(problem: ApiProblem): Sentence | null {
  const { code, facts, errors } = problem;

  switch (code) {
    case 'unreachable':
    case 'bad_answer':
    case 'internal':
    case 'unavailable':
    case 'unauthorized':
    case 'forbidden':
    case 'etag_required':
    case 'no_published_version':
    case 'object_busy':
    case 'body_too_large':
      return { says: 'plain', key: code };
    case 'not_found':
      return missing(facts);
    case 'etag_mismatch':
      return typeof facts['updatedBy'] === 'string'
        ? { says: code, who: actorName(facts['updatedBy']) }
        : { says: 'plain', key: 'draft_gone' };
    case 'conflict':
      return conflicting(facts, errors);
    case 'invalid_request':
      return errors.length === 0 ? null : { says: code, errors };
    case 'invalid_definition':
      return indefinite(problem);
    case 'stale_attempt':
    case 'idempotency_mismatch':
    case 'malformed_json':
    case 'method_not_allowed':
    case 'unsupported_media_type':
      return null;
  }
}

function missing({ workflow, work, version }: ApiProblem['facts']): Sentence {
  if (typeof workflow === 'string' && version === undefined) {
    return { says: 'no_workflow', key: workflow };
  }
  return typeof work === 'string'
    ? { says: 'no_work', key: work }
    : { says: 'plain', key: 'not_found' };
}

function conflicting({ move }: ApiProblem['facts'], errors: ApiProblem['errors']): Sentence | null {
  const name = MOVE_NAMES.find((one) => one === move);
  if (name !== undefined) {
    return { says: 'move', move: name };
  }
  return errors.some(({ code }) => code === 'conflict') ? { says: 'plain', key: 'taken' } : null;
}

function indefinite({ definitionProblems, facts }: ApiProblem): Sentence | null {
  const errors = definitionProblems.filter(({ severity }) => severity === 'error');
  const [first] = errors;

  return first === undefined
    ? null
    : {
        says: facts['asDraft'] === false ? 'unimportable' : 'invalid_definition',
        count: errors.length,
        first,
      };
}

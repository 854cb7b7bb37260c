'use client';

import { useTranslations } from 'next-intl';
import { toast } from 'sonner';
import { ApiProblem, fieldError, formError, type FieldProblem } from './problem.ts';
import { sentenceOf } from './problem_sentence.ts';

/** Says a refusal in the reader's language where a sentence for it is known; else in the words of the API, which name the thing. */
export function useProblemText(): (error: Error) => string {
  const t = useTranslations('problem');
  const moves = useTranslations('moves.not');
  const say = useFieldText();

  return (error) => {
    const sentence = error instanceof ApiProblem ? sentenceOf(error) : null;

    if (sentence === null) {
      return error.message;
    }
    switch (sentence.says) {
      case 'move':
        return moves(sentence.move);
      case 'no_workflow':
      case 'no_work':
        return t(sentence.says, { key: sentence.key });
      case 'etag_mismatch':
        return t('etag_mismatch', { who: sentence.who });
      case 'invalid_definition':
      case 'unimportable':
        return t(sentence.says, { count: sentence.count, first: sentence.first });
      case 'invalid_request':
        return t('invalid_request', {
          faults: sentence.errors.map((fault) => `${fault.pointer} ${say(fault)}`).join('; '),
        });
      case 'plain':
        return t(sentence.key);
    }
  };
}

function useFieldText(): (fault: FieldProblem) => string {
  const t = useTranslations('problem.field');
  const schedules = useTranslations('schedules');

  return ({ code, message }) => {
    switch (code) {
      case 'conflict':
      case 'not_found':
        return t(code);
      case 'unknown_time_zone':
        return schedules('timeZoneFault');
      case 'past':
      case 'no_due_time':
        return schedules(`endFault.${code}`);
      default:
        return message;
    }
  };
}

/** `fieldError`, in the reader's language. */
export function useFieldError(): typeof fieldError {
  const say = useFieldText();
  return (problem, pointer) => fieldError(problem, pointer, say);
}

/** `formError`, in the reader's language. */
export function useFormError(): typeof formError {
  const say = useFieldText();
  return (problem, pointers) => formError(problem, pointers, say);
}

/** For moves that have no form of their own: says that it did not work, and why. */
export function useProblemToast(): (error: Error) => void {
  const t = useTranslations('problem');
  const text = useProblemText();

  return (error) => {
    toast.error(t('failed'), { description: text(error) });
  };
}

'use client';

import { useTranslations } from 'next-intl';
import { toast } from 'sonner';
import { useProblemSentence } from '../designer/problems/problem_text.ts';
import { fieldSentence } from './field_sentence.ts';
import { ApiProblem, fieldError, formError, type FieldProblem } from './problem.ts';
import { sentenceOf } from './problem_sentence.ts';

/** Says a refusal in the reader's language where a sentence for it is known; else in the words of the API, which name the thing. */
export function useProblemText(): (error: Error) => string {
  const t = useTranslations('problem');
  const moves = useTranslations('moves.not');
  const sentenceOfDefinition = useProblemSentence();
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
        return t(sentence.says, {
          count: sentence.count,
          first: sentenceOfDefinition(sentence.first),
        });
      // Said of somebody else's document, in words of its importer.
      case 'unimportable':
        return t(sentence.says, { count: sentence.count, first: sentence.first.message });
      case 'invalid_request':
        return t('invalid_request', {
          faults: sentence.errors.map((fault) => `${fault.pointer} ${say(fault)}`).join('; '),
        });
      case 'plain':
        return t(sentence.key);
    }
  };
}

/** For faults that stand beside no field. */
export function useFieldText(): (fault: FieldProblem) => string {
  const t = useTranslations('problem.field');
  const schedules = useTranslations('schedules');
  const textOf = (fault: FieldProblem) => {
    const sentence = fieldSentence(fault);

    if (sentence === null) {
      return fault.message;
    }
    switch (sentence.says) {
      case 'missing':
      case 'empty':
      case 'unknown':
        return t(sentence.says);
      case 'type':
        return t(`type.${sentence.type}`);
      case 'format':
        return t(`format.${sentence.format}`);
      case 'bound':
        return t(sentence.bound, { limit: sentence.limit });
      case 'values':
        return t('values', { values: sentence.values });
      case 'pattern':
        return t('pattern', { pattern: sentence.pattern });
    }
  };

  return (fault) => {
    switch (fault.code) {
      case 'conflict':
      case 'not_found':
        return t(fault.code);
      case 'unknown_time_zone':
        return schedules('timeZoneFault');
      case 'past':
      case 'no_due_time':
        return schedules(`endFault.${fault.code}`);
      default:
        return textOf(fault);
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

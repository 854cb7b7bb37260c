'use client';

import { useTranslations } from 'next-intl';
import { toast } from 'sonner';
import { ApiProblem } from './problem.ts';

/** Refusals that mean the same everywhere are said in the reader's language; all others in the words of the API, which name the thing. */
const TRANSLATED = [
  'unreachable',
  'bad_answer',
  'internal',
  'unauthorized',
  'forbidden',
] as const satisfies readonly ApiProblem['code'][];

type Translated = (typeof TRANSLATED)[number];

function isTranslated(code: string): code is Translated {
  return (TRANSLATED as readonly string[]).includes(code);
}

export function useProblemText(): (error: Error) => string {
  const t = useTranslations('problem');

  return (error) =>
    error instanceof ApiProblem && isTranslated(error.code) ? t(error.code) : error.message;
}

/** For moves that have no form of their own: says that it did not work, and why. */
export function useProblemToast(): (error: Error) => void {
  const t = useTranslations('problem');
  const text = useProblemText();

  return (error) => {
    toast.error(t('failed'), { description: text(error) });
  };
}

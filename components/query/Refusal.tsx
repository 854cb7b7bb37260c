'use client';

import { FieldError } from '../ui/Field.tsx';
import { ApiProblem } from './problem.ts';
import { useFormError, useProblemText } from './problem_text.ts';

type RefusalProps = {
  problem: Error | null;
  /** Fields that say their own faults. */
  pointers: readonly string[];
};

/** What the server found wrong with a form that no field of it says. */
export function Refusal({ problem, pointers }: RefusalProps) {
  const text = useProblemText();
  const rest = useFormError()(problem, pointers);

  return problem === null || rest === undefined ? null : (
    <FieldError>
      {problem instanceof ApiProblem && problem.errors.length > 0 ? rest : text(problem)}
    </FieldError>
  );
}

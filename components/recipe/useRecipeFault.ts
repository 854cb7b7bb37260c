import { useFormatter, useTranslations } from 'next-intl';
import type { RecipeFault } from '#engine/schedule/check_recipe.ts';
import { faultsAt } from './faults.ts';

/** What is wrong with a recipe at a field: what it yields in the reader's language, the rest in the words of the engine. */
export function useRecipeFault(
  faults: readonly RecipeFault[],
): (pointer: string) => string | undefined {
  const t = useTranslations('recipe');
  const format = useFormatter();
  const say = ({ wanted, kinds = [], message }: RecipeFault) =>
    wanted === undefined
      ? message
      : t(`wanted.${wanted}`, {
          is: format.list(
            kinds.map((kind) => t(`kind.${kind}`)),
            { type: 'disjunction' },
          ),
        });

  return (pointer) => faultsAt(faults, say, pointer);
}

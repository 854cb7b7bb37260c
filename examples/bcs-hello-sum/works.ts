/** The three functions that BCS registers as `Step.DoWork` and `CallbackInterface.Callback`, as works. */
import { NonRetryableError, type Task, type Works } from '../../clients/typescript/src/index.ts';

/** What the import gives every step: its own parameters, and those that all steps share. */
type Step<Params> = Task<{
  readonly params: Params;
  readonly commonParams: Readonly<Record<string, string>>;
}>;

type Callback = Task<{
  readonly isSuccess: boolean;
  readonly commonParams: Readonly<Record<string, string>>;
}>;

/** `tell`: where the callback says how the task ended. */
export function bcsWorks(tell: (line: string) => void): Works {
  return {
    hello: async (task: Step<{ name?: string }>) => {
      const { params, commonParams } = task.input;
      // An operator of this name lets the step fail: it is skipped then.
      if (commonParams['operator'] === 'nobody') throw new Error('nobody says hello');

      const greeting = `hello ${params.name} from ${commonParams['operator']}`;
      await task.patchContext({ greeting });
      return { greeting };
    },

    sum: async (task: Step<{ a: string; b: string }>) => {
      const { a, b } = task.input.params;
      const sum = Number(a) + Number(b);
      if (Number.isNaN(sum)) throw new NonRetryableError(`${a} and ${b} cannot be added up`);

      // As SetCommonParam: what a step writes, the steps behind it read.
      await task.patchContext({ sum: String(sum) });
      return { sum };
    },

    callback: ({ input, objectId }: Callback) => {
      const { greeting = 'no greeting', sum } = input.commonParams;
      tell(`${objectId} ${input.isSuccess ? 'succeeded' : 'failed'}: ${greeting}, sum ${sum}`);
    },
  };
}

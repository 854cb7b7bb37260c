import * as z from 'zod';
import { ALL_FUNCTIONS } from '#engine/expression/reference.ts';
import { VARIABLES } from '#engine/expression/scope.ts';
import { json } from '#engine/json.ts';
import type { Context } from '../context.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';

export const expressionLanguage = z
  .object({
    functions: z.array(
      z.object({
        name: z.string(),
        signatures: z.array(z.string()).meta({
          description:
            '`dyn` is any value; one that starts with a type and a dot is a method of it',
        }),
        description: z.string(),
        example: z.object({ expression: z.string(), value: json }),
      }),
    ),
    names: z.array(
      z.object({
        name: z.string(),
        description: z.string(),
        members: z
          .array(z.string())
          .nullable()
          .meta({ description: 'the only ones it has, where they are known in advance' }),
      }),
    ),
  })
  .meta({ id: 'ExpressionLanguage', description: 'What an expression may call and read.' });

type Language = z.output<typeof expressionLanguage>;

const LANGUAGE: Language = {
  functions: ALL_FUNCTIONS.map((one) => ({ ...one, signatures: [...one.signatures] })),
  names: VARIABLES.map(({ name, description, members }) => ({
    name,
    description,
    members: members ? [...members] : null,
  })),
};

export function describeLanguage(ctx: Context): Promise<Language | Refusal> {
  const refusal = lacks(ctx, 'read');
  return Promise.resolve(isRefusal(refusal) ? refusal : LANGUAGE);
}

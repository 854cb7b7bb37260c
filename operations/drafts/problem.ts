import * as z from 'zod';
import { PROBLEM_CODES } from '#engine/problem.ts';

/** As the engine finds it (engine/problem.ts). */
export const problem = z
  .object({
    code: z.enum(PROBLEM_CODES),
    severity: z.enum(['error', 'warning']),
    message: z.string(),
    pointer: z.string().meta({ description: 'JSON Pointer into the definition' }),
    node: z.string().optional(),
    edge: z.object({ from: z.string(), to: z.string() }).optional(),
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  })
  .meta({ id: 'DefinitionProblem', description: 'One thing wrong with a definition.' });

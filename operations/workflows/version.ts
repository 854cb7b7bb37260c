import * as z from 'zod';
import { jsonObject } from '#engine/json.ts';
import { PROBLEM_CODES } from '#engine/problem.ts';
import { instant } from '../page.ts';

/** A definition as its author left it: a draft may be anything that has nodes and edges. */
export const storedDefinition = jsonObject.meta({
  description:
    'nodes, edges and settings of the pipeline; the schema `Definition` says what can be published',
});

export const draftAnswer = z
  .object({
    definition: storedDefinition,
    etag: z
      .string()
      .meta({ description: 'send it as If-Match with the next save', examples: ['"d17"'] }),
    basedOn: z.int().nullable().meta({ description: 'the version that it was started from' }),
    updatedAt: instant,
    updatedBy: z.string(),
  })
  .meta({ id: 'Draft', description: 'The one draft of a workflow.' });

export type DraftAnswer = z.infer<typeof draftAnswer>;

export const versionSummary = z
  .object({
    version: z.int(),
    status: z.enum(['published', 'retired']),
    summary: z.string(),
    publishedAt: instant,
    publishedBy: z.string(),
    instances: z.int().meta({ description: 'instances that ran or run it; counted up to 10,000' }),
  })
  .meta({ id: 'VersionSummary', description: 'A published version, without its definition.' });

export type VersionSummary = z.infer<typeof versionSummary>;

export const version = versionSummary
  .extend({ definition: storedDefinition })
  .meta({ id: 'Version', description: 'A published version. It never changes.' });

export type Version = z.infer<typeof version>;

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

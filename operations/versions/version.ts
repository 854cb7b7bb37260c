import * as z from 'zod';
import { jsonObject } from '#engine/json.ts';
import { instant } from '../page.ts';

/** A definition as its author left it: a draft may be anything that has nodes and edges. */
export const storedDefinition = jsonObject.meta({
  description:
    'nodes, edges and settings of the pipeline; the schema `Definition` says what can be published',
});

export const versionSummary = z
  .object({
    version: z.int(),
    status: z.enum(['published', 'retired']),
    summary: z.string(),
    publishedAt: instant,
    publishedBy: z.string(),
    instances: z
      .int()
      .meta({ description: 'instances still on it that have not ended; counted up to 10,000' }),
  })
  .meta({ id: 'VersionSummary', description: 'A published version, without its definition.' });

export type VersionSummary = z.infer<typeof versionSummary>;

/** What was published is valid: in the OpenAPI document this is the schema of a definition itself. */
const publishedDefinition = jsonObject.meta({ $ref: '#/components/schemas/Definition' });

export const version = versionSummary
  .extend({ definition: publishedDefinition })
  .meta({ id: 'Version', description: 'A published version. It never changes.' });

export type Version = z.infer<typeof version>;

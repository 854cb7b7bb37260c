import * as z from 'zod';
import { SCOPES } from '../context.ts';
import { instant } from '../page.ts';

export const apiKey = z
  .object({
    id: z.string().meta({ description: 'the eight characters after `lwk_`' }),
    name: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    createdBy: z.string(),
    createdAt: instant,
    expiresAt: instant.nullable(),
    lastUsedAt: instant.nullable().meta({ description: 'to the minute' }),
    revokedAt: instant.nullable(),
  })
  .meta({ id: 'ApiKey', description: 'A key of a machine. Only its hash is kept.' });

export type ApiKey = z.infer<typeof apiKey>;

export const newApiKey = apiKey
  .extend({ key: z.string().meta({ description: 'the key itself; it is never shown again' }) })
  .meta({ id: 'NewApiKey' });

export type NewApiKey = z.infer<typeof newApiKey>;

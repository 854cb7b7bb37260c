import * as z from 'zod';
import { SCOPES, type Scope } from '../context.ts';
import { instant, toInstant } from '../page.ts';

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

/** A row of `api_key`, as both clients of the database answer it. */
export type ApiKeyRow = {
  readonly id: string;
  readonly name: string;
  readonly scopes: Scope[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
};

export function apiKeyOf(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: toInstant(row.expiresAt),
    lastUsedAt: toInstant(row.lastUsedAt),
    revokedAt: toInstant(row.revokedAt),
  };
}

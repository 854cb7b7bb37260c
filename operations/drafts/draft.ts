import * as z from 'zod';
import type { JsonObject } from '#engine/json.ts';
import { instant } from '../page.ts';
import { storedDefinition } from '../versions/version.ts';

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

export type DraftRow = {
  readonly id: number;
  readonly revision: number;
  readonly definition: JsonObject;
  readonly basedOn: number | null;
  readonly updatedAt: Date;
  readonly updatedBy: string;
};

/**
 * The ETag of a draft: which draft, and how often it was saved. A draft that was discarded and begun anew is another one, so an old tab
 * can never save over it. `"v3"` is the ETag of published version 3 where there is no draft: saving with it begins one.
 */
export function draftEtag({ id, revision }: Pick<DraftRow, 'id' | 'revision'>): string {
  return `"d${id}-${revision}"`;
}

export function publishedEtag(version: number): string {
  return `"v${version}"`;
}

export type DraftTag =
  | { readonly kind: 'draft'; readonly id: number; readonly revision: number }
  | { readonly kind: 'published'; readonly version: number }
  | { readonly kind: 'any' };

/** Null: an ETag that none of our drafts ever had. Proxies that compress mark ETags as weak; that changes nothing here. */
export function readEtag(text: string): DraftTag | null {
  const tag = text.trim().replace(/^W\//, '');
  const draft = /^"d(\d{1,9})-(\d{1,9})"$/.exec(tag);
  const published = /^"v(\d{1,9})"$/.exec(tag);

  if (tag === '*') return { kind: 'any' };
  if (draft) return { kind: 'draft', id: Number(draft[1]), revision: Number(draft[2]) };
  return published ? { kind: 'published', version: Number(published[1]) } : null;
}

export function draftOf(row: DraftRow): DraftAnswer {
  return {
    definition: row.definition,
    etag: draftEtag(row),
    basedOn: row.basedOn,
    updatedAt: row.updatedAt.toISOString(),
    updatedBy: row.updatedBy,
  };
}

/** Whether an If-Match header names this very revision of this very draft. */
export function matches(ifMatch: string, draft: Pick<DraftRow, 'id' | 'revision'>): boolean {
  const tag = readEtag(ifMatch);

  return (
    tag?.kind === 'any' ||
    (tag?.kind === 'draft' && tag.id === draft.id && tag.revision === draft.revision)
  );
}

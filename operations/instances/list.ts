import * as z from 'zod';
import type { Queryable } from '#db/database.ts';
import type { Context } from '../context.ts';
import { isId } from '../id.ts';
import { pageInput, readCursor, toPage, writeCursor, type Page } from '../page.ts';
import { isRefusal, lacks, type Refusal } from '../refusal.ts';
import {
  checkFilter,
  instanceFilter,
  isSieved,
  resolveFilter,
  newestIds,
  sieve,
  SIEVED,
  splitRange,
  type InstanceFilter,
  type Range,
} from './filter.ts';
import { instanceColumns, instanceOf, type Instance, type InstanceRow } from './instance.ts';

export const listInstancesInput = checkFilter(z.strictObject({ ...instanceFilter, ...pageInput }));

type Input = InstanceFilter & { readonly limit: number; readonly cursor?: string | undefined };

/** The id that the next page lies below. */
const cursorParts = z.tuple([z.uuid()]);

const ABOVE_ALL = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * Instances, the newest first. A page of a sieved list (filter.ts) may be short, even empty, and yet have a next one: what it looked
 * through is bounded, not what it found. A search shows those whose object id is exactly the text first, however old they are.
 */
export async function listInstances(ctx: Context, input: Input): Promise<Page<Instance> | Refusal> {
  const cursor = lacks(ctx, 'read') ?? readCursor(input.cursor, cursorParts);
  if (isRefusal(cursor)) {
    return cursor;
  }
  const range = await resolveFilter(ctx, input);
  if (range === null) {
    return { data: [], nextCursor: null };
  }

  const before = cursor?.[0] ?? null;
  if (input.search) {
    return search(ctx, range, before, { text: input.search, limit: input.limit });
  }
  return isSieved(range)
    ? sieved(ctx, range, before, input.limit)
    : plain(ctx, range, before, input.limit);
}

async function plain(
  ctx: Context,
  range: Range,
  before: string | null,
  limit: number,
): Promise<Page<Instance>> {
  const { reads: sql } = ctx.db;
  const rows = await sql<InstanceRow[]>`
    select ${instanceColumns(sql)}
    from (${newestIds(ctx, sql, range, { before, most: limit + 1 })}) as newest
    ${withNames(ctx, sql)}
    order by newest.id desc
  `;
  return toPage(rows, limit, ({ id }) => writeCursor([id]), instanceOf);
}

async function sieved(
  ctx: Context,
  range: Range,
  before: string | null,
  limit: number,
  except: string | null = null,
): Promise<Page<Instance>> {
  const { reads: sql } = ctx.db;
  const looked = newestIds(ctx, sql, range, { before, most: SIEVED });
  const rows = await sql<InstanceRow[]>`
    select ${instanceColumns(sql)}
    from (${looked}) as newest
    ${withNames(ctx, sql)}
    where ${sieve(sql, range)}
      ${except === null ? sql`` : sql`and i.object_id <> ${except}`}
    order by newest.id desc
    limit ${limit + 1}
  `;
  const page = toPage(rows, limit, ({ id }) => writeCursor([id]), instanceOf);
  if (page.nextCursor !== null) {
    return page;
  }

  // No row: the range ended before the sieve did.
  const [last] = await sql<{ id: string }[]>`
    select id from (${looked}) as newest order by id desc offset ${SIEVED - 1}
  `;
  return { ...page, nextCursor: last ? writeCursor([last.id]) : null };
}

async function search(
  ctx: Context,
  range: Range,
  before: string | null,
  { text, limit }: { text: string; limit: number },
): Promise<Page<Instance>> {
  if (isId(text)) {
    return { data: await findById(ctx, range, text), nextCursor: null };
  }
  const ofObject = { ...range, filter: { ...range.filter, objectId: text } };
  const read = range.filter.waitingFor === undefined ? plain : sieved;
  const exact =
    before === null && range.filter.objectId === undefined
      ? await read(ctx, ofObject, null, limit)
      : { data: [] };
  const matches = exact.data.filter((instance) => holds(range, instance));
  const room = limit - matches.length;
  if (room <= 0) {
    return { data: matches, nextCursor: writeCursor([ABOVE_ALL]) };
  }

  const rest = await sieved(ctx, range, before, room, text);
  return { data: [...matches, ...rest.data], nextCursor: rest.nextCursor };
}

/** The sieves other than the search itself, over an instance that was found without them. */
function holds({ filter }: Range, instance: Instance): boolean {
  return (
    (filter.version === undefined || instance.version === filter.version) &&
    (filter.waitingFor === undefined ||
      filter.waitingFor.some((each) => instance.waitingFor.includes(each))) &&
    (filter.label ?? []).every((label) => {
      const [name = '', value = ''] = label.split(/:(.*)/s, 2);
      return instance.labels[name] === value;
    })
  );
}

async function findById(ctx: Context, range: Range, id: string): Promise<Instance[]> {
  const { reads: sql } = ctx.db;
  const [row] = await sql<InstanceRow[]>`
    select ${instanceColumns(sql)}
    from (values (${id}::uuid)) as newest(id)
    ${withNames(ctx, sql)}
    where ${splitRange(ctx, sql, range)
      .map(({ where }) => sql`(${where})`)
      .reduce((any, part) => sql`${any} or ${part}`)}
  `;
  return [row]
    .flatMap((found) => (found ? [instanceOf(found)] : []))
    .filter((found) => holds(range, found));
}

/** The instances of `newest`, with the workflow and version that they are of. */
function withNames(ctx: Context, sql: Queryable) {
  return sql`
    join instance i on i.project_id = ${ctx.projectId} and i.id = newest.id
    join workflow w on w.project_id = i.project_id and w.id = i.workflow_id
    join version v on v.project_id = i.project_id and v.id = i.version_id
  `;
}

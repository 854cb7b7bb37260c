import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { uuidv7 } from '#db/uuid.ts';
import type { Context } from '../context.ts';
import { hashPassword } from './password.ts';

export const ensureAdminInput = z.strictObject({
  email: z.email().default('admin@latchwork.local'),
  password: z.string().min(12).optional().meta({ description: 'default: a generated one' }),
});

/**
 * Makes the first person if there is none. Answers who the admin is, and the password only if it was generated just now: it is shown
 * once, at the first start, and kept nowhere. Several processes may ask at once; one of them gets the password.
 */
export async function ensureAdmin(
  ctx: Context,
  input: z.input<typeof ensureAdminInput> = {},
): Promise<{ email: string; password?: string }> {
  const [existing] = await firstAdmin(ctx);
  if (existing) {
    return existing;
  }

  const { email, password = randomBytes(15).toString('base64url') } = ensureAdminInput.parse(input);
  const now = ctx.clock();
  // No row: another process was faster.
  const [made] = await ctx.db.sql<{ email: string }[]>`
    insert into "user" (id, email, name, password_hash, role, created_at)
    values (
      ${uuidv7(now)}, ${email.toLowerCase()}, 'Admin', ${await hashPassword(password)}, 'admin', ${now}
    )
    on conflict (email) do nothing
    returning email
  `;

  if (made === undefined) {
    return { email };
  }
  return input.password === undefined ? { ...made, password } : made;
}

function firstAdmin(ctx: Context) {
  return ctx.db.sql<{ email: string }[]>`
    select email
    from "user"
    where role = 'admin'
    order by created_at
    limit 1
  `;
}

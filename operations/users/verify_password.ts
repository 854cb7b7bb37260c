import { eq } from 'drizzle-orm';
import * as z from 'zod';
import { users } from '#db/schema.ts';
import type { Context, Role } from '../context.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { hashPassword, isPassword } from './password.ts';

export const verifyPasswordInput = z.strictObject({
  email: z.string().trim().max(320),
  password: z.string().max(1_000),
});

export type SignedIn = {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
};

let decoy: Promise<string> | undefined;

/**
 * Who signs in. A stranger's address costs as much time as a wrong password and gets the same answer, so that nobody can find out
 * which addresses exist.
 */
export async function verifyPassword(
  ctx: Context,
  input: z.infer<typeof verifyPasswordInput>,
): Promise<SignedIn | Refusal> {
  const [user] = await ctx.db.drizzle
    .select()
    .from(users)
    .where(eq(users.email, input.email.trim().toLowerCase()));
  decoy ??= hashPassword('nobody has this password');

  const right = await isPassword(input.password, user?.passwordHash ?? (await decoy));

  return user && right
    ? { id: user.id, email: user.email, name: user.name, role: user.role }
    : refuse('unauthorized', 'This e-mail address and password do not go together.');
}

import NextAuth from 'next-auth';
import Credentials from 'next-auth/providers/credentials';
import type { NextRequest } from 'next/server';
import { isRefusal } from '#operations/refusal.ts';
import { sessionOptions } from '../../../auth.ts';
import { signIn } from '../sign_in.ts';

/** next-auth declares its handlers as `any`; in a route file they are these. */
type Handler = (
  request: NextRequest,
  context: RouteContext<'/api/auth/[...nextauth]'>,
) => Promise<Response>;

const provider = Credentials({
  credentials: { email: { type: 'email' }, password: { type: 'password' } },
  async authorize(given) {
    const found = await signIn({ email: given?.email ?? '', password: given?.password ?? '' });
    return isRefusal(found) ? null : found;
  },
});

const handle: Handler = NextAuth({ ...sessionOptions, providers: [provider] }) as Handler;

export { handle as GET, handle as POST };

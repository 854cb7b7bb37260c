/**
 * Who is signed in. The only module of the pages that knows next-auth; moving to another library changes this file, `proxy.ts` and
 * `app/api/auth/`. Machines never come this way: they have API keys.
 */
import { getServerSession } from 'next-auth';
import type { NextAuthOptions } from 'next-auth';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import type { Role } from '#operations/context.ts';

export type SignedInUser = {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
};

declare module 'next-auth' {
  interface Session {
    person?: SignedInUser;
  }
  interface User {
    role: Role;
  }
}

declare module 'next-auth/jwt' {
  interface JWT {
    role?: Role;
  }
}

const WEEK_SECONDS = 7 * 24 * 3600;

/**
 * A session is an encrypted cookie. What counts in it is `sub`, the id of the user: the API asks the database for the rest, so that a
 * removed person is out at once; name and role are carried along for the pages' own headings only.
 */
export const sessionOptions = {
  session: { strategy: 'jwt', maxAge: WEEK_SECONDS },
  pages: { signIn: '/login', error: '/login' },
  callbacks: {
    jwt: ({ token, user }) => (user === undefined ? token : { ...token, role: user.role }),
    session: ({ session, token: { sub, email, name, role } }) =>
      sub !== undefined && role !== undefined
        ? { ...session, person: { id: sub, email: email ?? '', name: name ?? email ?? '', role } }
        : session,
  },
} as const satisfies Omit<NextAuthOptions, 'providers'>;

export const getUser = cache(async (): Promise<SignedInUser | null> => {
  const session = await getServerSession({ ...sessionOptions, providers: [] });
  return session?.person ?? null;
});

/** The person who is signed in; whoever is not is sent to sign in. `proxy.ts` has done so before, with the way back. */
export async function requireUser(): Promise<SignedInUser> {
  return (await getUser()) ?? redirect('/login');
}

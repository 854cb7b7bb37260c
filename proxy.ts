import { getToken } from 'next-auth/jwt';
import { NextResponse } from 'next/server';
import type { NextRequest } from 'next/server';

/** Sends people who are not signed in to the sign-in page, and back to where they were going afterwards. */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  if (await getToken({ req: request })) {
    return NextResponse.next();
  }

  const { pathname, search } = request.nextUrl;
  const login = request.nextUrl.clone();
  login.pathname = '/login';
  login.search = pathname === '/' ? '' : `?next=${encodeURIComponent(pathname + search)}`;
  return NextResponse.redirect(login);
}

/** Pages only: the API answers 401 itself, and the sign-in page and static files are for everybody. */
export const config = {
  matcher: ['/((?!api/|_next/|login$|icon|healthz|readyz).*)'],
};

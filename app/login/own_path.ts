/** Stands for this site: an address that leaves it is none of ours. */
const HERE = new URL('http://here.invalid');

/**
 * The page to go to after signing in, if it is one of ours. Read as a browser reads it, which takes `/\evil.example` and, for it drops tabs
 * and line ends, `/<tab>/evil.example` to another site; a path that begins with `//` when its `..` are gone would be the next to lead there.
 */
export function ownPath(next: string | string[] | undefined): string {
  const url = typeof next === 'string' && next.startsWith('/') ? URL.parse(next, HERE) : null;

  return url?.origin === HERE.origin && !url.pathname.startsWith('//')
    ? url.pathname + url.search + url.hash
    : '/';
}

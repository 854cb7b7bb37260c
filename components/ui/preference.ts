const YEAR_SECONDS = 31_536_000;

/** Remembers a harmless choice (language, theme) where the server can read it at the next request. */
export function rememberInCookie(name: string, value: string): void {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

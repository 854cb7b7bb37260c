/** The looks a person may choose; "system" follows the device. Kept in a cookie, rendered by the server on <html data-theme>. */
export const THEMES = ['system', 'light', 'dark'] as const;

export type Theme = (typeof THEMES)[number];

export const THEME_COOKIE = 'latchwork-theme';

export function isTheme(value: string | undefined): value is Theme {
  return (THEMES as readonly (string | undefined)[]).includes(value);
}

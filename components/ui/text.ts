/** Enough of an instance's id to tell it by: its end, since ids begin with the time and those of one minute begin alike. */
export function shortId(id: string): string {
  return `…${id.slice(-8)}`;
}

/** The beginning of a text, about so long: no sign of it is cut in half, as emoji would be. */
export function head(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  const half = last >= 0xd800 && last < 0xdc00;
  return text.slice(0, half ? length - 1 : length);
}

/** The beginning of a text, about so long: no sign of it is cut in half, as emoji would be. */
export function head(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  const half = last >= 0xd800 && last < 0xdc00;
  return text.slice(0, half ? length - 1 : length);
}

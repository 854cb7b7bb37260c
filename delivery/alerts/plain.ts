/** What all renderers need: texts of strangers made harmless, and messages that fit. */

/** A line of a message: whatever people and programs wrote, on one line. */
const LONGEST_LINE = 500;

export function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE - 1).toWellFormed()}…` : line;
}

/**
 * Object ids and error messages come from anybody. In a robot's markdown they must make no link, image, mention or colour: the signs that do
 * become their full-width twins, since the robots know no escapes.
 */
export function harmless(text: string): string {
  return oneLine(text).replaceAll(/[<>[\]`*_#]/g, (sign) => FULL_WIDTH[sign] ?? sign);
}

const FULL_WIDTH: Readonly<Record<string, string>> = {
  '<': '＜',
  '>': '＞',
  '[': '［',
  ']': '］',
  '`': '｀',
  '*': '＊',
  _: '＿',
  '#': '＃',
};

/** `build` of as many lines as fit into so many bytes; the last one then says that there are more. */
export function fit(
  lines: readonly string[],
  mostBytes: number,
  build: (lines: readonly string[]) => string,
): string {
  for (let count = lines.length; ; count -= 1) {
    const kept = count === lines.length ? lines : [...lines.slice(0, count), '…'];
    const text = build(kept);
    if (Buffer.byteLength(text) <= mostBytes || count === 0) {
      return text;
    }
  }
}

/** As many whole characters as fit into so many bytes. */
export function cut(text: string, mostBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= mostBytes) {
    return text;
  }
  let end = mostBytes - Buffer.byteLength('…');
  // A byte that continues a character is 10xxxxxx.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) {
    end -= 1;
  }
  return `${bytes.toString('utf8', 0, end)}…`;
}

const MARKS = { critical: '🔴', warning: '🟠', info: '🔵' } as const;

/** What stands before the title. */
export function markOf({
  type,
  level,
}: {
  readonly type: 'fired' | 'resolved' | 'test';
  readonly level: keyof typeof MARKS;
}): string {
  return type === 'fired' ? MARKS[level] : type === 'resolved' ? '🟢' : '🔔';
}

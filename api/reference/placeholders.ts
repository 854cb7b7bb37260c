/** Examples that name what exists only in a running installation leave a place for it. */
export type Placeholders = Readonly<Record<'instance' | 'token', string>>;

/** What the reference shows there; the test that replays the examples fills in what it has. */
export const SHOWN: Placeholders = {
  instance: '019aa5c2-7f3e-7000-b1d6-5e0c8f2a4b19',
  token: 'AAAAAQGapcJ_PnAAsdZeDI8qSxkAAf____8AAfTjT2GmK0uCn0x3uW5mVkQ',
};

/** The same value with `{instance}` and `{token}` replaced in all of its texts. */
export function fillPlaceholders(example: unknown, values: Placeholders): unknown {
  const text = JSON.stringify(example).replace(
    /\{(instance|token)\}/g,
    (_place, name: keyof Placeholders) => values[name],
  );
  return JSON.parse(text);
}

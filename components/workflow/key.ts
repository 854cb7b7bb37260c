/** A key out of a name: "Image mosaic (big)" becomes "image-mosaic-big". Empty where nothing of the name can stand in a key. */
export function suggestKey(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[-_]+|-+$/g, '')
    .slice(0, 100);
}

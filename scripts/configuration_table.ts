import { SETTINGS } from '../settings.ts';
import { markdownTable } from './markdown_table.ts';

/** The table of docs/configuration.md, from the schema itself. */
export function configurationTable(): string {
  const rows = Object.values(SETTINGS).map(({ variable, secret, fallback = '', about }) => [
    `\`${variable}\`${secret ? ` or \`${variable}_FILE\`` : ''}`,
    fallback,
    about,
  ]);

  return markdownTable([['variable', 'without it', 'what it does'], ...rows]);
}

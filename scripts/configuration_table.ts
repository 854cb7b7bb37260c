import { SETTINGS } from '../settings.ts';

/** The table of docs/configuration.md, from the schema itself. */
export function configurationTable(): string {
  const rows = Object.values(SETTINGS).map(({ variable, secret, fallback = '', about }) => [
    `\`${variable}\`${secret ? ` or \`${variable}_FILE\`` : ''}`,
    fallback,
    about,
  ]);

  return toTable([['variable', 'without it', 'what it does'], ...rows]);
}

/** As the formatter would have it. */
function toTable(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[], fill: string): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`;

  return [
    line(head, ' '),
    line(
      head.map(() => ''),
      '-',
    ),
    ...rows.slice(1).map((row) => line(row, ' ')),
  ].join('\n');
}

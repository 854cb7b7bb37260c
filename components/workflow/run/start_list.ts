/**
 * The objects of many instances, as a person pastes them or brings them in a file. Either one object id a line, taken as it is, or a
 * table as spreadsheets write it (RFC 4180; with commas, semicolons or tabs), which shows by a column `objectId` in its first line.
 */
export type StartRow = {
  /** Where it begins in the text, from 1. */
  readonly line: number;
  readonly objectId: string;
  readonly priority?: number;
  readonly runAt?: string;
  readonly dedupeKey?: string;
  readonly labels?: Readonly<Record<string, string>>;
};

/** The words are in messages/ (`run.many.fault.<code>`). */
export type ListFaultCode =
  | 'unknown_column'
  | 'column_twice'
  | 'too_many_cells'
  | 'open_quote'
  | 'no_object_id'
  | 'not_a_priority'
  | 'not_a_time';

export type ListFault = {
  readonly line: number;
  readonly code: ListFaultCode;
  readonly value: string;
};

export type StartList = {
  readonly rows: readonly StartRow[];
  readonly faults: readonly ListFault[];
};

const LABEL = 'label:';
const COLUMNS = ['objectId', 'priority', 'runAt', 'dedupeKey'];
const SEPARATORS = [',', ';', '\t'] as const;

export function readStartList(written: string): StartList {
  // The mark with which some programs begin a file.
  const text = written.replace(/^\uFEFF/, '');
  const first = text.split(/\r?\n/).findIndex((line) => line.trim() !== '');
  const header = text.split(/\r?\n/)[first] ?? '';
  const separator = SEPARATORS.find((each) => namesOf(header, each).includes('objectId'));

  return separator === undefined ? readIds(text) : readTable(text, separator);
}

function namesOf(header: string, separator: string): readonly string[] {
  return header.split(separator).map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
}

function readIds(text: string): StartList {
  const rows = text
    .split(/\r?\n/)
    .map((line, index) => ({ line: index + 1, objectId: line.trim() }))
    .filter(({ objectId }) => objectId !== '');

  return { rows, faults: [] };
}

function readTable(text: string, separator: string): StartList {
  const { records, openQuote } = readRecords(text, separator);
  const [header, ...body] = records;
  if (header === undefined) {
    return { rows: [], faults: [] };
  }

  const names = header.cells.map((name) => name.trim());
  const rows: StartRow[] = [];
  const faults: ListFault[] = names.flatMap((name, index) => {
    const code = faultOfColumn(name, names.indexOf(name) < index);
    return code === null ? [] : [{ line: header.line, code, value: name }];
  });

  for (const { line, cells } of faults.length === 0 ? body : []) {
    const read = readRow(line, names, cells);
    if ('code' in read) {
      faults.push(read);
    } else {
      rows.push(read);
    }
  }
  if (openQuote !== null) {
    faults.push({ line: openQuote, code: 'open_quote', value: '' });
  }
  return { rows, faults };
}

function faultOfColumn(name: string, twice: boolean): ListFaultCode | null {
  const known = COLUMNS.includes(name) || (name.startsWith(LABEL) && name.length > LABEL.length);

  if (!known) {
    return 'unknown_column';
  }
  return twice ? 'column_twice' : null;
}

/** An empty cell says nothing: the workflow's own priority, no label. */
function readRow(
  line: number,
  names: readonly string[],
  cells: readonly string[],
): StartRow | ListFault {
  if (cells.length > names.length) {
    return { line, code: 'too_many_cells', value: cells.slice(names.length).join(' ') };
  }

  const given = new Map(
    names.flatMap((name, index) => {
      const cell = (cells[index] ?? '').trim();
      return cell === '' ? [] : [[name, cell] as const];
    }),
  );
  const objectId = given.get('objectId');
  const priority = given.get('priority');
  const runAt = given.get('runAt');
  const dedupeKey = given.get('dedupeKey');
  const labels = [...given].flatMap(([name, value]) =>
    name.startsWith(LABEL) ? [[name.slice(LABEL.length), value] as const] : [],
  );

  if (objectId === undefined) {
    return { line, code: 'no_object_id', value: '' };
  }
  if (priority !== undefined && !/^[+-]?\d+$/.test(priority)) {
    return { line, code: 'not_a_priority', value: priority };
  }
  if (runAt !== undefined && Number.isNaN(Date.parse(runAt))) {
    return { line, code: 'not_a_time', value: runAt };
  }
  return {
    line,
    objectId,
    ...(priority !== undefined && { priority: Number(priority) }),
    ...(runAt !== undefined && { runAt }),
    ...(dedupeKey !== undefined && { dedupeKey }),
    ...(labels.length > 0 && { labels: Object.fromEntries(labels) }),
  };
}

type CsvRecord = { readonly line: number; readonly cells: readonly string[] };

/** Records of RFC 4180. Empty lines are none; a quote that is never closed is told of with the line where it was opened. */
function readRecords(
  text: string,
  separator: string,
): { records: readonly CsvRecord[]; openQuote: number | null } {
  const records: CsvRecord[] = [];
  let cells: string[] = [];
  let cell = '';
  let line = 1;
  let begun = 1;
  let quote: number | null = null;

  function endRecord() {
    cells.push(cell);
    if (cells.some((each) => each.trim() !== '')) {
      records.push({ line: begun, cells });
    }
    cells = [];
    cell = '';
  }

  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);

    if (quote !== null && character === '"' && text.charAt(at + 1) === '"') {
      cell += '"';
      at += 1;
    } else if (quote !== null && character === '"') {
      quote = null;
    } else if (quote !== null) {
      cell += character;
    } else if (character === '"' && cell.trim() === '') {
      cell = '';
      quote = line;
    } else if (character === separator) {
      cells.push(cell);
      cell = '';
    } else if (character === '\n') {
      endRecord();
      begun = line + 1;
    } else {
      cell += character;
    }
    line += character === '\n' ? 1 : 0;
  }

  endRecord();
  return { records, openQuote: quote };
}

/** Rows as a table that `readStartList` reads, with the columns that they use. */
export function writeStartList(rows: readonly StartRow[]): string {
  if (rows.length === 0) {
    return '';
  }
  const used = COLUMNS.filter((name) => rows.some((row) => cellsOf(row)[name] !== undefined));
  const labels = new Set(rows.flatMap((row) => Object.keys(row.labels ?? {})));
  const names = [...used, ...Array.from(labels, (name) => LABEL + name)];

  return csv([names, ...rows.map((row) => names.map((name) => cellsOf(row)[name]))], '\n');
}

function cellsOf({ objectId, priority, runAt, dedupeKey, labels }: StartRow) {
  const cells: Record<string, string | number | undefined> = {
    objectId,
    priority,
    runAt,
    dedupeKey,
  };
  for (const [name, value] of Object.entries(labels ?? {})) {
    cells[LABEL + name] = value;
  }
  return cells;
}

export function csv(
  records: readonly (readonly (string | number | undefined)[])[],
  lineEnd: string,
): string {
  return records.map((cells) => cells.map(csvCell).join(',') + lineEnd).join('');
}

function csvCell(value: string | number | undefined): string {
  const text = String(value ?? '');
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

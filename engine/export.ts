/**
 * A workflow as a document, to be kept in a repository or carried elsewhere. The text is a function of what it says: importing it and
 * exporting again gives the same bytes, in JSON and in YAML.
 */
import { Document, isScalar, Scalar, visit } from 'yaml';
import type { Json } from './json.ts';

export const EXPORT_FORMATS = ['json', 'yaml'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Members stand in the order in which they are given. */
export function writeDocument(document: Json, format: ExportFormat): string {
  // What JSON cannot say, as -0 or an absent member, is the same in both formats.
  const text = JSON.stringify(document, null, 2);
  return format === 'json' ? `${text}\n` : writeYaml(JSON.parse(text) as Json);
}

function writeYaml(value: Json): string {
  const document = new Document(value, {
    version: '1.2',
    schema: 'core',
    // Texts that YAML 1.1 would read as something else, as "yes", are quoted too: other people's tools read 1.1.
    compat: 'yaml-1.1',
    aliasDuplicateObjects: false,
  });

  visit(document, {
    Scalar(_, node) {
      const type = typeof node.value === 'string' ? styleOf(node.value) : null;
      if (type) {
        node.type = type;
      }
    },
    Pair(_, { key }) {
      // Plain, it would be a merge key to others.
      if (isScalar(key) && key.value === '<<') {
        key.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
  return document.toString({ lineWidth: 0, minContentWidth: 0 });
}

/** Lines of ordinary characters are written as lines; what would be invisible or changed on its way is escaped. Null: as it comes. */
function styleOf(text: string): Scalar.Type | null {
  if (UNPRINTABLE.test(text) || !text.isWellFormed()) {
    return Scalar.QUOTE_DOUBLE;
  }
  if (text.includes('\n')) {
    return LINES.test(text) ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE;
  }
  return null;
}

/** Control characters, line breaks that are none in JSON, the byte order mark, and characters that are never assigned. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNPRINTABLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;

/** No space where it would not be seen, and something on the first line. */
const LINES = /^\S(?:.*\n)*.*$/;

/** Reading drafts, in which any field may be missing or of the wrong shape. */

export type CaseFields = {
  readonly key: string;
  readonly name: string | undefined;
  readonly when: string;
};

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What people call a node: its name if it has one, else its key. */
export function titleOf(node: { readonly key: string; readonly [field: string]: unknown }): string {
  return textOf(node.name) ?? node.key;
}

/** The cases of a route, in order. One whose key is missing still has its place, since the form points at cases by index. */
export function casesOf(node: { readonly [field: string]: unknown }): readonly CaseFields[] {
  const cases: readonly unknown[] = Array.isArray(node.cases) ? node.cases : [];

  return cases.map((entry) => {
    const fields = isRecord(entry) ? entry : {};

    return {
      key: textOf(fields.key) ?? '',
      name: textOf(fields.name),
      when: textOf(fields.when) ?? '',
    };
  });
}

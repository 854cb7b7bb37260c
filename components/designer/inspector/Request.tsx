'use client';

import { useTranslations } from 'next-intl';
import { useState, type ReactNode } from 'react';
import { isRecord, textOf } from '../../canvas/read.ts';
import { hostOf } from '../../canvas/summary.ts';
import type { FieldFacts } from '../form/facts.ts';

/** In the order in which one thinks of a request; the schema has them in another. */
const ORDER = [
  'method',
  'url',
  'everySeconds',
  'succeededWhen',
  'failedWhen',
  'body',
  'headers',
  'timeoutSeconds',
];

export function isRequest(fields: readonly FieldFacts[]): boolean {
  return fields.some(({ name }) => name === 'url');
}

export function inRequestOrder(fields: readonly FieldFacts[]): readonly FieldFacts[] {
  return fields.toSorted((one, other) => ORDER.indexOf(one.name) - ORDER.indexOf(other.name));
}

/** The fields of one request, folded away under its address once it has one. */
export function Request({
  fields,
  value,
  wrong,
  children,
}: {
  fields: readonly FieldFacts[];
  value: unknown;
  wrong: boolean;
  children: ReactNode;
}) {
  const t = useTranslations('designer.inspector');
  const request = isRecord(value) ? value : {};
  const url = textOf(request.url);
  const method = textOf(request.method) ?? fields.find(({ name }) => name === 'method')?.fallback;
  // Only where it begins: it must not fold up while its author types.
  const [open] = useState(url === undefined || wrong);

  return (
    <details open={open}>
      <summary className="cursor-pointer text-xs font-medium select-none hover:text-text">
        {url === undefined ? (
          t('request')
        ) : (
          <span className="mono">
            {method} {hostOf(url)}
          </span>
        )}
      </summary>
      <div className="mt-2">{children}</div>
    </details>
  );
}

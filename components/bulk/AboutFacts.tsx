'use client';

import { useTranslations } from 'next-intl';
import type { Bulk } from '#api/types.ts';
import type { Json } from '#engine/json.ts';
import { Fact } from '../ui/Panel.tsx';

const FILTERS = [
  'status',
  'waitingFor',
  'workflow',
  'version',
  'search',
  'objectId',
  'label',
  'from',
  'to',
] as const;

/** Which instances a bulk move is about, and what it was given. */
export function AboutFacts({ bulk }: { bulk: Bulk }) {
  const t = useTranslations('bulk');
  const params = Object.entries(bulk.params);

  return (
    <>
      <Fact label={t('about')}>
        {bulk.filter === null ? t('ids', { count: bulk.total }) : <FilterText {...bulk.filter} />}
      </Fact>
      {params.length > 0 && (
        <Fact label={t('params')}>
          {params.map(([name, value]) => (
            <span key={name} className="mono mr-3">
              {name}: {asText(value)}
            </span>
          ))}
        </Fact>
      )}
    </>
  );
}

function FilterText(filter: Readonly<Record<string, Json>>) {
  const t = useTranslations('bulk');
  const given = FILTERS.filter((name) => name in filter);

  return given.length === 0
    ? t('allInstances')
    : given.map((name) => (
        <span key={name} className="mr-3">
          <span className="text-muted">{t(`filterOf.${name}`)}</span>{' '}
          <span className="mono">{asText(filter[name] ?? null)}</span>
        </span>
      ));
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

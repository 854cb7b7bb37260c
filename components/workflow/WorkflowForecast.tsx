'use client';

import { queryOptions, useQuery } from '@tanstack/react-query';
import { useFormatter, useLocale, useTranslations } from 'next-intl';
import type { Durations, Workflow, WorkflowForecast as Forecast } from '#api/types.ts';
import { api } from '../query/client.ts';
import { Fact, Facts, Panel } from '../ui/Panel.tsx';
import { formatDuration } from '../ui/format_time.ts';
import { RelativeTime } from '../ui/Time.tsx';

function forecastQuery(key: string) {
  return queryOptions({
    queryKey: ['workflow', key, 'forecast'],
    queryFn: ({ signal }) => api.get<Forecast>(`/workflows/${key}/forecast`, { signal }),
  });
}

/** How long the workflow took lately, and when its line will be empty. */
export function WorkflowForecast({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('forecast');
  const format = useFormatter();
  const { data } = useQuery(forecastQuery(workflow.key));

  if (data === undefined || (data.run === null && data.nodes.length === 0)) {
    return null;
  }
  return (
    <Panel title={t('lately', { days: data.days })}>
      <Facts>
        {data.run && (
          <>
            <Fact label={t('runs')}>{format.number(data.run.count)}</Fact>
            <Fact label={t('takes')}>
              <Span durations={data.run} />
            </Fact>
          </>
        )}
        {data.wait && (
          <Fact label={t('waits')}>
            <Span durations={data.wait} />
          </Fact>
        )}
        <Line queue={data.queue} />
      </Facts>
      <Slowest nodes={data.nodes} />
    </Panel>
  );
}

/** What is typical, and what hardly takes longer. */
function Span({ durations, short = false }: { durations: Durations; short?: boolean }) {
  const t = useTranslations('forecast');
  const locale = useLocale();
  const text = (seconds: number) => formatDuration(seconds * 1_000, locale);

  return (
    <span
      className="tabular-nums"
      title={t('average', {
        average: text(durations.averageSeconds),
        p99: text(durations.p99Seconds),
      })}
    >
      {t(short ? 'shortSpan' : 'span', {
        p50: text(durations.p50Seconds),
        p90: text(durations.p90Seconds),
      })}
    </span>
  );
}

function Line({ queue }: { queue: Forecast['queue'] }) {
  const t = useTranslations('forecast');

  if (queue.emptyAt !== null) {
    return (
      <Fact label={t('lineEmpty')}>
        <RelativeTime at={queue.emptyAt} />
      </Fact>
    );
  }
  return queue.growing === true ? <Fact label={t('lineEmpty')}>{t('growing')}</Fact> : null;
}

const MOST_NODES = 5;

/** The nodes that take the longest, which are those to look at. */
function Slowest({ nodes }: { nodes: Forecast['nodes'] }) {
  const t = useTranslations('forecast');
  const slowest = nodes
    .filter(({ run }) => run !== null)
    .toSorted((one, other) => (other.run?.p50Seconds ?? 0) - (one.run?.p50Seconds ?? 0))
    .slice(0, MOST_NODES);

  if (slowest.length === 0) {
    return null;
  }
  return (
    <table className="mt-3 w-full border-t text-sm">
      <thead>
        <tr className="text-left text-2xs text-muted">
          <th scope="col" className="py-1.5 font-normal">
            {t('node')}
          </th>
          <th scope="col" className="font-normal">
            {t('nodeWaits')}
          </th>
          <th scope="col" className="font-normal">
            {t('nodeTakes')}
          </th>
        </tr>
      </thead>
      <tbody>
        {slowest.map(({ key, wait, run }) => (
          <tr key={key} className="text-xs">
            <th
              scope="row"
              className="mono max-w-28 truncate py-0.5 pr-2 text-left font-normal"
              title={key}
            >
              {key}
            </th>
            <td className="whitespace-nowrap">{wait && <Span durations={wait} short />}</td>
            <td className="whitespace-nowrap">{run && <Span durations={run} short />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

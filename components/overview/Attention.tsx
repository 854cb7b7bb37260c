'use client';

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { CircleCheck, Unplug, UserX } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { Alert, Endpoint } from '#api/types.ts';
import { describeAlert } from '#engine/alert/text.ts';
import { LEVEL_FACES, STATE_FACES } from '../alert/faces.ts';
import { alertsQuery } from '../alert/queries.ts';
import { endpointsQuery } from '../endpoint/queries.ts';
import { useProblemText } from '../query/problem_text.ts';
import { Badge } from '../ui/Badge.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { worksQuery } from '../work/queries.ts';
import { Line, Lines, ShowAll } from './Line.tsx';
import { troublesOf, type Trouble } from './troubles.ts';

const SHOWN = 6;

/** Whether somebody has to do something. When nobody has, one quiet line says so. */
export function Attention() {
  const t = useTranslations('overview');
  const problemText = useProblemText();
  const alerts = useInfiniteQuery(alertsQuery('open'));
  const works = useQuery(worksQuery());
  const endpoints = useQuery(endpointsQuery());
  const queries = [alerts, works, endpoints];
  const error = queries.find(({ data }) => data === undefined)?.error ?? null;

  if (error !== null) {
    return (
      <div className="card">
        <ErrorState
          message={problemText(error)}
          onRetry={() => queries.forEach(({ refetch }) => void refetch())}
          className="!py-6"
        />
      </div>
    );
  }
  if (!alerts.data || !works.data || !endpoints.data) {
    return <Skeleton className="h-10" />;
  }
  const troubles = troublesOf({
    alerts: alerts.data.pages.flatMap(({ data }) => data),
    works: works.data.data,
    endpoints: endpoints.data.data,
  });

  return troubles.length === 0 ? (
    <p className="card flex items-center gap-2 px-4 py-2.5 text-sm text-muted">
      <span data-tone="good" className="shrink-0 text-tone">
        <CircleCheck aria-hidden className="size-4" />
      </span>
      {t('quiet')}
    </p>
  ) : (
    <Panel
      title={t('attention')}
      bodyClassName="p-0"
      aside={<ShowAll href="/alerts" label={t('toAlerts')} of={t('attention')} />}
    >
      <Lines>
        {troubles.slice(0, SHOWN).map((trouble) => (
          <TroubleLine key={keyOf(trouble)} trouble={trouble} />
        ))}
      </Lines>
      {troubles.length > SHOWN && (
        <p className="border-t px-4 py-2 text-xs text-muted">
          {t('more', { count: troubles.length - SHOWN })}
        </p>
      )}
    </Panel>
  );
}

function keyOf(trouble: Trouble): string {
  switch (trouble.kind) {
    case 'alert':
      return trouble.alert.id;
    case 'work':
      return `work ${trouble.work.key}`;
    case 'endpoint':
      return trouble.endpoint.id;
  }
}

function TroubleLine({ trouble }: { trouble: Trouble }) {
  switch (trouble.kind) {
    case 'alert':
      return <AlertLine alert={trouble.alert} />;
    case 'work':
      return <WorkLine {...trouble} />;
    case 'endpoint':
      return <EndpointLine endpoint={trouble.endpoint} />;
  }
}

function AlertLine({ alert }: { alert: Alert }) {
  const t = useTranslations('alerts');
  const locale = useLocale();
  const { facts, count, level, state } = alert;
  const { title, lines } = describeAlert(facts, count, locale === 'zh' ? 'zh' : 'en');

  return (
    <Line
      face={
        state === 'acknowledged' ? (
          <Badge {...STATE_FACES.acknowledged}>{t('state.acknowledged')}</Badge>
        ) : (
          <Badge {...LEVEL_FACES[level]}>{t(`level.${level}`)}</Badge>
        )
      }
      href={alert.page}
      subject={title}
      detail={lines[0] ?? alert.rule}
      full={lines.join('\n')}
      at={alert.since}
    />
  );
}

function WorkLine({ work, reach }: Extract<Trouble, { kind: 'work' }>) {
  const t = useTranslations('overview');
  const pulled = work.delivery === 'pull';

  return (
    <Line
      face={
        <Warning icon={pulled ? UserX : Unplug}>{pulled ? t('noWorker') : t('noAnswer')}</Warning>
      }
      href="/works"
      subject={<span className="mono">{work.key}</span>}
      detail={
        pulled
          ? t('waitingTasks', { count: work.ready })
          : reach.message === null
            ? t('inVain', { count: reach.deliveries })
            : t('inVainWhy', { count: reach.deliveries, message: reach.message })
      }
      full={reach.message ?? undefined}
      at={reach.since}
    />
  );
}

function EndpointLine({ endpoint }: { endpoint: Endpoint }) {
  const t = useTranslations('overview');
  const { disabledReason, disabledAt, failingSince } = endpoint;

  return (
    <Line
      face={
        <Warning icon={Unplug}>
          {disabledReason === null ? t('endpointFailing') : t('endpointOff')}
        </Warning>
      }
      href={`/endpoints/${endpoint.id}`}
      subject={endpoint.name}
      detail={<span className="mono">{endpoint.url}</span>}
      full={endpoint.url}
      at={disabledReason === null ? failingSince : disabledAt}
    />
  );
}

function Warning({ icon, children }: { icon: typeof Unplug; children: ReactNode }) {
  return (
    <Badge tone="warn" icon={icon}>
      {children}
    </Badge>
  );
}

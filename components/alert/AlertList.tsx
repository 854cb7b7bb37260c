'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { BellOff, CircleCheck } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import Link from 'next/link';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useState } from 'react';
import type { Alert } from '#api/types.ts';
import { describeAlert } from '#engine/alert/text.ts';
import { Listed } from '../query/Listed.tsx';
import { PageHeader } from '../shell/PageHeader.tsx';
import { actorName } from '../ui/actor.ts';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { Select } from '../ui/Input.tsx';
import { Td, Tr } from '../ui/Table.tsx';
import { relativeTime, RelativeTime } from '../ui/Time.tsx';
import { AlertTabs } from './AlertTabs.tsx';
import { LEVEL_FACES, STATE_FACES } from './faces.ts';
import { MessageDialog } from './MessageDialog.tsx';
import { useAcknowledge, useSilence } from './moves.ts';
import { alertsQuery } from './queries.ts';

const SHOWN = ['open', 'all'] as const;
const HOUR_SECONDS = 3_600;

export function AlertList() {
  const t = useTranslations('alerts');
  const [shown, setShown] = useQueryState('show', parseAsStringLiteral(SHOWN).withDefault('open'));
  const query = useInfiniteQuery(alertsQuery(shown));
  const [read, setRead] = useState<Alert | null>(null);

  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <Select
            aria-label={t('show')}
            className="w-32"
            value={shown}
            onChange={(event) => void setShown(event.target.value === 'all' ? 'all' : 'open')}
          >
            <option value="open">{t('open')}</option>
            <option value="all">{t('all')}</option>
          </Select>
        }
      />
      <AlertTabs here="alerts" />
      <Listed
        query={query}
        label={t('title')}
        empty={{ icon: CircleCheck, title: t('empty.title'), text: t('empty.text') }}
        columns={[
          t('column.state'),
          t('column.what'),
          { numbers: t('column.count') },
          t('column.since'),
          { moves: t('column.actions') },
        ]}
      >
        {(alert) => <AlertRow key={alert.id} alert={alert} onMessages={() => setRead(alert)} />}
      </Listed>
      {read && <MessageDialog alert={read} onClose={() => setRead(null)} />}
    </>
  );
}

function AlertRow({ alert, onMessages }: { alert: Alert; onMessages: () => void }) {
  const t = useTranslations('alerts');
  const locale = useLocale();
  const { title, lines } = describeAlert(alert.facts, alert.count, locale === 'zh' ? 'zh' : 'en');

  return (
    <Tr>
      <Td>
        <AlertFaces alert={alert} />
      </Td>
      {/* It takes what the others leave, and cuts its lines there. */}
      <Td className="w-full max-w-0 min-w-64">
        <Link href={alert.page} className="font-medium break-words hover:underline">
          {title}
        </Link>
        <ul className="text-xs text-muted">
          {lines.slice(0, 3).map((line) => (
            <li key={line} className="truncate" title={line}>
              {line}
            </li>
          ))}
        </ul>
        <div className="text-xs text-faint">{alert.rule}</div>
      </Td>
      <Td className="text-right tabular-nums">{alert.count}</Td>
      <Td className="whitespace-nowrap text-muted">
        <RelativeTime at={alert.since} />
        {alert.acknowledgedBy !== null && (
          <div className="text-xs text-faint">
            {t('by', { name: actorName(alert.acknowledgedBy) })}
          </div>
        )}
        {isAhead(alert.silencedUntil) && (
          <div className="text-xs text-faint">
            {t.rich('silenced', { time: relativeTime(alert.silencedUntil) })}
          </div>
        )}
      </Td>
      <Td>
        <AlertActions alert={alert} onMessages={onMessages} />
      </Td>
    </Tr>
  );
}

function AlertFaces({ alert: { state, level } }: { alert: Alert }) {
  const t = useTranslations('alerts');

  return (
    <span className="flex flex-col items-start gap-1">
      <Badge {...STATE_FACES[state]}>{t(`state.${state}`)}</Badge>
      <Badge {...LEVEL_FACES[level]}>{t(`level.${level}`)}</Badge>
    </span>
  );
}

function AlertActions({ alert, onMessages }: { alert: Alert; onMessages: () => void }) {
  const t = useTranslations('alerts');
  const acknowledge = useAcknowledge();
  const silence = useSilence();
  const silent = isAhead(alert.silencedUntil);

  return (
    <span className="flex justify-end gap-1">
      {alert.state === 'firing' && (
        <Button size="sm" busy={acknowledge.isPending} onClick={() => acknowledge.mutate(alert.id)}>
          {t('acknowledge')}
        </Button>
      )}
      {(alert.state !== 'resolved' || silent) && (
        <Button
          size="sm"
          variant="ghost"
          icon={BellOff}
          busy={silence.isPending}
          onClick={() => silence.mutate({ id: alert.id, seconds: silent ? 0 : HOUR_SECONDS })}
        >
          {silent ? t('unsilence') : t('silence')}
        </Button>
      )}
      <Button size="sm" variant="ghost" onClick={onMessages}>
        {t('messages')}
      </Button>
    </span>
  );
}

function isAhead(at: string | null): at is string {
  return at !== null && Date.parse(at) > Date.now();
}

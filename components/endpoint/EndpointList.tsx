'use client';

import { useQuery } from '@tanstack/react-query';
import { Plus, Webhook } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import type { Endpoint } from '#api/types.ts';
import { Listed } from '../query/Listed.tsx';
import { PageHeader } from '../shell/PageHeader.tsx';
import { Button } from '../ui/Button.tsx';
import { Td, Tr } from '../ui/Table.tsx';
import { EndpointDialog } from './EndpointDialog.tsx';
import { EndpointState } from './EndpointState.tsx';
import { endpointsQuery } from './queries.ts';

export function EndpointList() {
  const t = useTranslations('endpoints');
  const query = useQuery(endpointsQuery());
  const [creating, setCreating] = useState(false);
  const create = (
    <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
      {t('create')}
    </Button>
  );

  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={create} />
      <Listed
        query={query}
        label={t('title')}
        empty={{ icon: Webhook, title: t('empty.title'), text: t('empty.text'), action: create }}
        columns={[
          t('column.name'),
          t('column.workflow'),
          t('column.events'),
          t('column.state'),
          { numbers: t('column.pending') },
          { numbers: t('column.dead') },
        ]}
      >
        {(endpoint) => <EndpointRow key={endpoint.id} endpoint={endpoint} />}
      </Listed>
      {creating && <EndpointDialog endpoint={null} onClose={() => setCreating(false)} />}
    </>
  );
}

function EndpointRow({ endpoint }: { endpoint: Endpoint }) {
  const t = useTranslations('endpoints');
  const format = useFormatter();
  const { pending, dead } = endpoint;

  return (
    <Tr>
      <Td>
        <Link
          href={`/endpoints/${endpoint.id}`}
          className="block max-w-80 truncate font-medium hover:underline"
          title={endpoint.name}
        >
          {endpoint.name}
        </Link>
        <div className="mono max-w-80 truncate text-xs text-muted" title={endpoint.url}>
          {endpoint.url}
        </div>
      </Td>
      <Td>
        {endpoint.workflow === null ? (
          <span className="text-muted">{t('allWorkflows')}</span>
        ) : (
          <Link href={`/workflows/${endpoint.workflow}`} className="mono hover:underline">
            {endpoint.workflow}
          </Link>
        )}
      </Td>
      <Td>
        <span className="flex min-w-48 max-w-80 flex-wrap gap-1">
          {endpoint.events.map((event) => (
            <span key={event} className="mono rounded-sm bg-sunken px-1 text-xs text-muted">
              {event}
            </span>
          ))}
        </span>
      </Td>
      <Td className="whitespace-nowrap">
        <EndpointState endpoint={endpoint} />
      </Td>
      <Td className="text-right tabular-nums">
        <span className={pending === 0 ? 'text-faint' : ''}>{format.number(pending)}</span>
      </Td>
      <Td className="text-right tabular-nums">
        <span className={dead === 0 ? 'text-faint' : ''}>{format.number(dead)}</span>
      </Td>
    </Tr>
  );
}

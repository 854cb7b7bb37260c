'use client';

import { useQuery } from '@tanstack/react-query';
import { Pencil, Power, RotateCw, Send, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useState } from 'react';
import { toast } from 'sonner';
import type { Endpoint } from '#api/types.ts';
import { ConfirmMove } from '../query/ConfirmMove.tsx';
import { Loaded } from '../query/Loaded.tsx';
import { useProblemText } from '../query/problem_text.ts';
import { PageHeader } from '../shell/PageHeader.tsx';
import { Button } from '../ui/Button.tsx';
import { Select } from '../ui/Input.tsx';
import { SkeletonRows } from '../ui/states.tsx';
import { EndpointDialog } from './EndpointDialog.tsx';
import { EndpointState } from './EndpointState.tsx';
import { useDeleteEndpoint, useSwitchEndpoint, useTestEndpoint } from './moves.ts';
import { NotificationTable } from './NotificationTable.tsx';
import { endpointQuery } from './queries.ts';
import { ResendDialog } from './ResendDialog.tsx';
import { Secrets } from './Secrets.tsx';

const STATUSES = ['pending', 'delivered', 'dead'] as const;

export function EndpointPage({ id }: { id: string }) {
  const common = useTranslations('common');
  const query = useQuery(endpointQuery(id));

  return (
    <Loaded
      query={query}
      errorAs="h1"
      skeleton={<SkeletonRows rows={4} label={common('loading')} />}
    >
      {(endpoint) => <Shown endpoint={endpoint} />}
    </Loaded>
  );
}

function Shown({ endpoint }: { endpoint: Endpoint }) {
  const t = useTranslations('endpoints');
  const [status, setStatus] = useQueryState('status', parseAsStringLiteral(STATUSES));

  return (
    <>
      <PageHeader
        trail={[{ href: '/endpoints', label: t('title') }]}
        title={endpoint.name}
        description={<span className="mono break-all">{endpoint.url}</span>}
        actions={<Actions endpoint={endpoint} />}
      />
      <dl className="card grid gap-x-6 gap-y-1 p-4 max-sm:[&_dd]:mb-2 sm:gap-y-3 text-sm sm:grid-cols-[auto_1fr]">
        <dt className="text-muted">{t('column.state')}</dt>
        <dd>
          <EndpointState endpoint={endpoint} />
        </dd>
        <dt className="text-muted">{t('column.workflow')}</dt>
        <dd className="mono">{endpoint.workflow ?? t('allWorkflows')}</dd>
        <dt className="text-muted">{t('column.events')}</dt>
        <dd className="mono">{endpoint.events.join(', ')}</dd>
        <dt className="text-muted">{t('secret')}</dt>
        <dd>
          <Secrets id={endpoint.id} />
        </dd>
      </dl>
      <section className="flex flex-col gap-3">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <h2 className="text-lg font-semibold">{t('log.title')}</h2>
          <Select
            className="w-44"
            aria-label={t('log.status')}
            value={status ?? ''}
            onChange={({ target }) =>
              void setStatus(STATUSES.find((each) => each === target.value) ?? null)
            }
          >
            <option value="">{t('log.every')}</option>
            {STATUSES.map((each) => (
              <option key={each} value={each}>
                {t(`log.statuses.${each}`)}
              </option>
            ))}
          </Select>
        </div>
        <NotificationTable
          of="endpoint"
          filter={{ endpoint: endpoint.id, ...(status !== null && { status }) }}
        />
      </section>
    </>
  );
}

function Actions({ endpoint }: { endpoint: Endpoint }) {
  const t = useTranslations('endpoints');
  const problemText = useProblemText();
  const [shown, setShown] = useState<'edit' | 'resend' | 'delete' | null>(null);
  const test = useTestEndpoint(endpoint.id);
  const turn = useSwitchEndpoint(endpoint.id);
  const close = () => setShown(null);
  const onError = (problem: Error) => void toast.error(problemText(problem));

  return (
    <>
      <Button
        icon={Send}
        busy={test.isPending}
        onClick={() =>
          test.mutate(undefined, { onSuccess: () => toast.success(t('pinged')), onError })
        }
      >
        {t('test')}
      </Button>
      <Button icon={RotateCw} onClick={() => setShown('resend')}>
        {t('resend')}
      </Button>
      <Button
        icon={Power}
        busy={turn.isPending}
        onClick={() => turn.mutate(!endpoint.enabled, { onError })}
      >
        {endpoint.enabled ? t('switchOff') : t('switchOn')}
      </Button>
      <Button icon={Pencil} onClick={() => setShown('edit')}>
        {t('edit')}
      </Button>
      <Button icon={Trash2} variant="ghost" onClick={() => setShown('delete')}>
        {t('delete')}
      </Button>
      {shown === 'edit' && <EndpointDialog endpoint={endpoint} onClose={close} />}
      {shown === 'resend' && <ResendDialog id={endpoint.id} onClose={close} />}
      {shown === 'delete' && <DeleteDialog endpoint={endpoint} onClose={close} />}
    </>
  );
}

function DeleteDialog({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const t = useTranslations('endpoints');
  const router = useRouter();

  return (
    <ConfirmMove
      title={t('deleteTitle', { name: endpoint.name })}
      text={t('deleteText')}
      confirmLabel={t('delete')}
      move={useDeleteEndpoint(endpoint.id)}
      input={undefined}
      onDone={() => router.push('/endpoints')}
      onClose={onClose}
    />
  );
}

'use client';

import { useQuery } from '@tanstack/react-query';
import { Ban, CircleCheck, Clock, KeyRound, Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { ApiKey } from '#api/types.ts';
import { ConfirmMove } from '../query/ConfirmMove.tsx';
import { Listed } from '../query/Listed.tsx';
import { PageHeader } from '../shell/PageHeader.tsx';
import { actorName } from '../ui/actor.ts';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { Td, Tr } from '../ui/Table.tsx';
import { relativeTime, RelativeTime } from '../ui/Time.tsx';
import { useRevokeApiKey } from './moves.ts';
import { NewApiKeyDialog } from './NewApiKeyDialog.tsx';
import { apiKeysQuery } from './queries.ts';

export function ApiKeyList() {
  const t = useTranslations('apiKeys');
  const query = useQuery(apiKeysQuery());
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
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
        empty={{ icon: KeyRound, title: t('empty.title'), text: t('empty.text'), action: create }}
        columns={[
          t('column.name'),
          t('column.key'),
          t('column.scopes'),
          t('column.created'),
          t('column.lastUsed'),
          t('column.state'),
          { moves: t('column.actions') },
        ]}
      >
        {(apiKey) => (
          <ApiKeyRow key={apiKey.id} apiKey={apiKey} onRevoke={() => setRevoking(apiKey)} />
        )}
      </Listed>
      {creating && <NewApiKeyDialog onClose={() => setCreating(false)} />}
      {revoking && <RevokeDialog apiKey={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function ApiKeyRow({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const t = useTranslations('apiKeys');
  const common = useTranslations('common');
  const live = apiKey.revokedAt === null && !isPast(apiKey.expiresAt);

  return (
    <Tr>
      <Td className="font-medium">{apiKey.name}</Td>
      <Td className="mono text-muted">lwk_{apiKey.id}…</Td>
      <Td>
        <span className="flex flex-wrap gap-1">
          {apiKey.scopes.map((scope) => (
            <span key={scope} className="mono rounded-sm bg-sunken px-1 text-xs text-muted">
              {scope}
            </span>
          ))}
        </span>
      </Td>
      <Td className="whitespace-nowrap text-muted">
        <RelativeTime at={apiKey.createdAt} />
        <div className="text-xs text-faint">{actorName(apiKey.createdBy)}</div>
      </Td>
      <Td className="whitespace-nowrap text-muted">
        {apiKey.lastUsedAt === null ? common('never') : <RelativeTime at={apiKey.lastUsedAt} />}
      </Td>
      <Td className="whitespace-nowrap">
        <KeyState apiKey={apiKey} />
      </Td>
      <Td>
        {live && (
          <Button
            size="sm"
            variant="ghost"
            aria-label={t('revokeNamed', { name: apiKey.name })}
            onClick={onRevoke}
          >
            {t('revoke')}
          </Button>
        )}
      </Td>
    </Tr>
  );
}

function isPast(at: string | null): boolean {
  return at !== null && Date.parse(at) <= Date.now();
}

function KeyState({ apiKey }: { apiKey: ApiKey }) {
  const t = useTranslations('apiKeys');

  if (apiKey.revokedAt !== null) {
    return <Badge icon={Ban}>{t('state.revoked')}</Badge>;
  }
  if (isPast(apiKey.expiresAt)) {
    return (
      <Badge tone="warn" icon={Clock}>
        {t('state.expired')}
      </Badge>
    );
  }

  return (
    <span className="flex items-center gap-2">
      <Badge tone="good" icon={CircleCheck}>
        {t('state.live')}
      </Badge>
      {apiKey.expiresAt !== null && (
        <span className="text-xs text-muted">
          {t.rich('expires', {
            time: relativeTime(apiKey.expiresAt),
          })}
        </span>
      )}
    </span>
  );
}

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const t = useTranslations('apiKeys');

  return (
    <ConfirmMove
      title={t('revokeTitle', { name: apiKey.name })}
      text={t('revokeText')}
      confirmLabel={t('revoke')}
      move={useRevokeApiKey()}
      input={apiKey.id}
      done={t('revoked', { name: apiKey.name })}
      onClose={onClose}
    />
  );
}

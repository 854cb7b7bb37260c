'use client';

import { useQuery } from '@tanstack/react-query';
import { Megaphone, Plus, Send } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { AlertChannel } from '#api/types.ts';
import { ConfirmMove } from '../query/ConfirmMove.tsx';
import { Listed } from '../query/Listed.tsx';
import { useProblemToast } from '../query/problem_text.ts';
import { PageHeader } from '../shell/PageHeader.tsx';
import { Button } from '../ui/Button.tsx';
import { Switch } from '../ui/Switch.tsx';
import { Td, Tr } from '../ui/Table.tsx';
import { RelativeTime } from '../ui/Time.tsx';
import { AlertTabs } from './AlertTabs.tsx';
import { ChannelDialog } from './ChannelDialog.tsx';
import { MessageStatus } from './MessageDialog.tsx';
import { useDeleteChannel, useSaveChannel } from './moves.ts';
import { alertChannelsQuery } from './queries.ts';
import { TestDialog } from './TestDialog.tsx';

type Doing = { readonly what: 'edit' | 'test' | 'delete'; readonly channel: AlertChannel };

export function ChannelList() {
  const t = useTranslations('alertChannels');
  const tabs = useTranslations('alerts.tabs');
  const query = useQuery(alertChannelsQuery());
  const [doing, setDoing] = useState<Doing | 'create' | null>(null);
  const done = () => setDoing(null);
  const create = (
    <Button variant="primary" icon={Plus} onClick={() => setDoing('create')}>
      {t('create')}
    </Button>
  );

  return (
    <>
      <PageHeader title={tabs('channels')} description={t('description')} actions={create} />
      <AlertTabs here="channels" />
      <Listed
        query={query}
        label={tabs('channels')}
        empty={{
          icon: Megaphone,
          title: t('empty.title'),
          text: t('empty.text'),
          action: create,
        }}
        columns={[
          t('column.enabled'),
          t('column.name'),
          t('column.kind'),
          t('column.last'),
          { moves: t('column.actions') },
        ]}
      >
        {(channel) => (
          <ChannelRow
            key={channel.id}
            channel={channel}
            onDo={(what) => setDoing({ what, channel })}
          />
        )}
      </Listed>
      {doing === 'create' && <ChannelDialog channel={null} onClose={done} />}
      {doing !== null && doing !== 'create' && doing.what === 'edit' && (
        <ChannelDialog channel={doing.channel} onClose={done} />
      )}
      {doing !== null && doing !== 'create' && doing.what === 'test' && (
        <TestDialog channel={doing.channel} onClose={done} />
      )}
      {doing !== null && doing !== 'create' && doing.what === 'delete' && (
        <DeleteDialog channel={doing.channel} onClose={done} />
      )}
    </>
  );
}

type ChannelRowProps = { channel: AlertChannel; onDo: (what: Doing['what']) => void };

function ChannelRow({ channel, onDo }: ChannelRowProps) {
  const t = useTranslations('alertChannels');
  const save = useSaveChannel();
  const onError = useProblemToast();

  return (
    <Tr>
      <Td>
        <Switch
          aria-label={t('switch', { name: channel.name })}
          checked={channel.enabled}
          disabled={save.isPending}
          onCheckedChange={(enabled) =>
            save.mutate({ id: channel.id, body: { enabled } }, { onError })
          }
        />
      </Td>
      <Td className="font-medium">{channel.name}</Td>
      <Td>
        {t(`kind.${channel.kind}`)}
        <div className="mono text-xs text-muted">{channel.address}</div>
      </Td>
      <Td>
        {channel.last !== null && (
          <span className="flex flex-wrap items-center gap-2 text-xs text-muted">
            <MessageStatus status={channel.last.status} />
            <RelativeTime at={channel.last.at} />
            {channel.last.result}
          </span>
        )}
        {channel.dead > 0 && (
          <div data-tone="bad" className="text-xs text-tone">
            {t('dead', { count: channel.dead })}
          </div>
        )}
      </Td>
      <Td>
        <span className="flex justify-end gap-1">
          <Button
            size="sm"
            icon={Send}
            disabled={!channel.enabled}
            aria-label={t('testNamed', { name: channel.name })}
            onClick={() => onDo('test')}
          >
            {t('test')}
          </Button>
          <Button
            size="sm"
            aria-label={t('editTitle', { name: channel.name })}
            onClick={() => onDo('edit')}
          >
            {t('edit')}
          </Button>
          <Button
            size="sm"
            variant="ghost"
            aria-label={t('deleteTitle', { name: channel.name })}
            onClick={() => onDo('delete')}
          >
            {t('delete')}
          </Button>
        </span>
      </Td>
    </Tr>
  );
}

function DeleteDialog({ channel, onClose }: { channel: AlertChannel; onClose: () => void }) {
  const t = useTranslations('alertChannels');

  return (
    <ConfirmMove
      title={t('deleteTitle', { name: channel.name })}
      text={t('deleteText')}
      confirmLabel={t('delete')}
      move={useDeleteChannel()}
      input={channel.id}
      done={t('deleted', { name: channel.name })}
      onClose={onClose}
    />
  );
}

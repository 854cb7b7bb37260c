'use client';

import { useQuery } from '@tanstack/react-query';
import { Megaphone, Plus, Send } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { toast } from 'sonner';
import type { AlertChannel } from '#api/types.ts';
import { Loaded } from '../query/Loaded.tsx';
import { useProblemText } from '../query/problem_text.ts';
import { PageHeader } from '../shell/PageHeader.tsx';
import { Button } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { EmptyState, SkeletonRows } from '../ui/states.tsx';
import { Switch } from '../ui/Switch.tsx';
import { Table, TableBody, TableHead, Td, Th, Tr } from '../ui/Table.tsx';
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
  const common = useTranslations('common');
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
      <Loaded query={query} skeleton={<SkeletonRows rows={3} label={common('loading')} />}>
        {({ data }) =>
          data.length === 0 ? (
            <div className="card">
              <EmptyState icon={Megaphone} title={t('empty.title')} action={create}>
                {t('empty.text')}
              </EmptyState>
            </div>
          ) : (
            <Table label={tabs('channels')}>
              <TableHead>
                <Th>{t('column.enabled')}</Th>
                <Th>{t('column.name')}</Th>
                <Th>{t('column.kind')}</Th>
                <Th>{t('column.last')}</Th>
                <Th className="w-px">
                  <span className="sr-only">{t('column.actions')}</span>
                </Th>
              </TableHead>
              <TableBody>
                {data.map((channel) => (
                  <ChannelRow
                    key={channel.id}
                    channel={channel}
                    onDo={(what) => setDoing({ what, channel })}
                  />
                ))}
              </TableBody>
            </Table>
          )
        }
      </Loaded>
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

  return (
    <Tr>
      <Td>
        <Switch
          aria-label={t('switch', { name: channel.name })}
          checked={channel.enabled}
          disabled={save.isPending}
          onCheckedChange={(enabled) => save.mutate({ id: channel.id, body: { enabled } })}
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
          <Button size="sm" onClick={() => onDo('edit')}>
            {t('edit')}
          </Button>
          <Button size="sm" variant="ghost" onClick={() => onDo('delete')}>
            {t('delete')}
          </Button>
        </span>
      </Td>
    </Tr>
  );
}

function DeleteDialog({ channel, onClose }: { channel: AlertChannel; onClose: () => void }) {
  const t = useTranslations('alertChannels');
  const problemText = useProblemText();
  const remove = useDeleteChannel();

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t('deleteTitle', { name: channel.name })}
      confirmLabel={t('delete')}
      danger
      busy={remove.isPending}
      error={remove.error === null ? undefined : problemText(remove.error)}
      onConfirm={() =>
        remove.mutate(channel.id, {
          onSuccess: () => {
            toast.success(t('deleted', { name: channel.name }));
            onClose();
          },
        })
      }
    >
      <p>{t('deleteText')}</p>
    </ConfirmDialog>
  );
}

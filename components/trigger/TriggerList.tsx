'use client';

import { useQuery } from '@tanstack/react-query';
import { History, KeyRound, Pencil, Plus, Trash2, Webhook } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Trigger } from '#api/types.ts';
import { ConfirmMove } from '../query/ConfirmMove.tsx';
import { Listed } from '../query/Listed.tsx';
import { NameCell } from '../recipe/NameCell.tsx';
import { Button } from '../ui/Button.tsx';
import { RowMenu } from '../ui/RowMenu.tsx';
import { Switch } from '../ui/Switch.tsx';
import { Td, Tr } from '../ui/Table.tsx';
import { RelativeTime } from '../ui/Time.tsx';
import { AccessDialog } from './AccessDialog.tsx';
import { DeliveriesDialog } from './DeliveriesDialog.tsx';
import { useDeleteTrigger, useSwitchTrigger } from './moves.ts';
import { triggersQuery } from './queries.ts';
import { TriggerDialog } from './TriggerDialog.tsx';

type Asked =
  | { what: 'edit' | 'access' | 'deliveries' | 'delete'; trigger: Trigger }
  | { what: 'create' }
  | null;

/** The triggers of a workflow. */
export function TriggerList({ workflow }: { workflow: string }) {
  const t = useTranslations('triggers');
  const query = useQuery(triggersQuery(workflow));
  const [asked, setAsked] = useState<Asked>(null);
  const close = () => setAsked(null);
  const create = (
    <Button variant="primary" icon={Plus} onClick={() => setAsked({ what: 'create' })}>
      {t('create')}
    </Button>
  );

  return (
    <>
      <div className="flex flex-col gap-3">
        {query.data?.data.length !== 0 && <div className="flex justify-end">{create}</div>}
        <Listed
          query={query}
          label={t('title')}
          empty={{ icon: Webhook, title: t('empty.title'), text: t('empty.text'), action: create }}
          columns={[t('key'), t('signature'), t('last'), t('enabled'), { moves: t('actions') }]}
        >
          {(trigger) => (
            <TriggerRow
              key={trigger.id}
              trigger={trigger}
              onAsk={(what) => setAsked({ what, trigger })}
            />
          )}
        </Listed>
      </div>
      {asked?.what === 'create' && (
        <TriggerDialog workflow={workflow} trigger={null} onClose={close} />
      )}
      {asked?.what === 'edit' && (
        <TriggerDialog workflow={workflow} trigger={asked.trigger} onClose={close} />
      )}
      {asked?.what === 'access' && <AccessDialog trigger={asked.trigger} onClose={close} />}
      {asked?.what === 'deliveries' && <DeliveriesDialog trigger={asked.trigger} onClose={close} />}
      {asked?.what === 'delete' && <DeleteDialog trigger={asked.trigger} onClose={close} />}
    </>
  );
}

type RowProps = {
  trigger: Trigger;
  onAsk: (what: 'edit' | 'access' | 'deliveries' | 'delete') => void;
};

function TriggerRow({ trigger, onAsk }: RowProps) {
  const t = useTranslations('triggers');
  const common = useTranslations('common');
  const switching = useSwitchTrigger(trigger.workflow);

  return (
    <Tr>
      <NameCell name={trigger.name} itemKey={trigger.key} />
      <Td>{t(`signatures.${trigger.signature.kind}`)}</Td>
      <Td className="whitespace-nowrap text-muted">
        {trigger.lastAt === null ? common('never') : <RelativeTime at={trigger.lastAt} />}
      </Td>
      <Td>
        <Switch
          aria-label={t('enable', { trigger: trigger.key })}
          checked={trigger.enabled}
          onCheckedChange={(enabled) => switching.mutate({ id: trigger.id, enabled })}
        />
      </Td>
      <Td>
        <RowMenu
          label={t('actionsOf', { trigger: trigger.key })}
          moves={[
            { icon: KeyRound, text: t('access'), onSelect: () => onAsk('access') },
            { icon: History, text: t('deliveries'), onSelect: () => onAsk('deliveries') },
            { icon: Pencil, text: t('edit'), onSelect: () => onAsk('edit') },
            { icon: Trash2, text: t('delete'), danger: true, onSelect: () => onAsk('delete') },
          ]}
        />
      </Td>
    </Tr>
  );
}

function DeleteDialog({ trigger, onClose }: { trigger: Trigger; onClose: () => void }) {
  const t = useTranslations('triggers');

  return (
    <ConfirmMove
      title={t('deleteTitle', { trigger: trigger.key })}
      text={t('deleteText')}
      confirmLabel={t('delete')}
      move={useDeleteTrigger(trigger.workflow)}
      input={trigger.id}
      onClose={onClose}
    />
  );
}

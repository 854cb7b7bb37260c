'use client';

import { useQuery } from '@tanstack/react-query';
import { BellPlus, Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { toast } from 'sonner';
import type { AlertRule } from '#api/types.ts';
import { Loaded } from '../query/Loaded.tsx';
import { useProblemText } from '../query/problem_text.ts';
import { PageHeader } from '../shell/PageHeader.tsx';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { EmptyState, SkeletonRows } from '../ui/states.tsx';
import { Switch } from '../ui/Switch.tsx';
import { Table, TableBody, TableHead, Td, Th, Tr } from '../ui/Table.tsx';
import { AlertTabs } from './AlertTabs.tsx';
import { LEVEL_FACES } from './faces.ts';
import { useDeleteRule, useSaveRule } from './moves.ts';
import { alertChannelsQuery, alertRulesQuery } from './queries.ts';
import { RuleDialog } from './RuleDialog.tsx';

export function RuleList() {
  const t = useTranslations('alertRules');
  const tabs = useTranslations('alerts.tabs');
  const common = useTranslations('common');
  const query = useQuery(alertRulesQuery());
  const [writing, setWriting] = useState<AlertRule | 'new' | null>(null);
  const [deleting, setDeleting] = useState<AlertRule | null>(null);
  const create = (
    <Button variant="primary" icon={Plus} onClick={() => setWriting('new')}>
      {t('create')}
    </Button>
  );

  return (
    <>
      <PageHeader title={tabs('rules')} description={t('description')} actions={create} />
      <AlertTabs here="rules" />
      <Loaded query={query} skeleton={<SkeletonRows rows={3} label={common('loading')} />}>
        {({ data }) =>
          data.length === 0 ? (
            <div className="card">
              <EmptyState icon={BellPlus} title={t('empty.title')} action={create}>
                {t('empty.text')}
              </EmptyState>
            </div>
          ) : (
            <Table label={tabs('rules')}>
              <TableHead>
                <Th>{t('column.enabled')}</Th>
                <Th>{t('column.name')}</Th>
                <Th>{t('column.kind')}</Th>
                <Th>{t('column.channels')}</Th>
                <Th>{t('column.firing')}</Th>
                <Th className="w-px">
                  <span className="sr-only">{t('column.actions')}</span>
                </Th>
              </TableHead>
              <TableBody>
                {data.map((rule) => (
                  <RuleRow
                    key={rule.id}
                    rule={rule}
                    onEdit={() => setWriting(rule)}
                    onDelete={() => setDeleting(rule)}
                  />
                ))}
              </TableBody>
            </Table>
          )
        }
      </Loaded>
      {writing && (
        <RuleDialog rule={writing === 'new' ? null : writing} onClose={() => setWriting(null)} />
      )}
      {deleting && <DeleteDialog rule={deleting} onClose={() => setDeleting(null)} />}
    </>
  );
}

type RuleRowProps = { rule: AlertRule; onEdit: () => void; onDelete: () => void };

function RuleRow({ rule, onEdit, onDelete }: RuleRowProps) {
  const t = useTranslations('alertRules');
  const alerts = useTranslations('alerts');
  const channels = useQuery(alertChannelsQuery());
  const save = useSaveRule();
  const names = rule.channels.flatMap(
    (id) => channels.data?.data.find((one) => one.id === id)?.name ?? [],
  );

  return (
    <Tr>
      <Td>
        <Switch
          aria-label={t('switch', { name: rule.name })}
          checked={rule.enabled}
          disabled={save.isPending}
          onCheckedChange={(enabled) => save.mutate({ id: rule.id, body: { enabled } })}
        />
      </Td>
      <Td className="font-medium">{rule.name}</Td>
      <Td>
        <span className="flex flex-wrap items-center gap-2">
          {alerts(`kind.${rule.kind}`)}
          <Badge {...LEVEL_FACES[rule.level]}>{alerts(`level.${rule.level}`)}</Badge>
        </span>
        <div className="text-xs text-muted">{[...rule.workflows, ...rule.works].join(', ')}</div>
      </Td>
      <Td className="text-muted">{names.length === 0 ? t('nobody') : names.join(', ')}</Td>
      <Td className="tabular-nums">{rule.firing}</Td>
      <Td>
        <span className="flex justify-end gap-1">
          <Button size="sm" onClick={onEdit}>
            {t('edit')}
          </Button>
          <Button size="sm" variant="ghost" onClick={onDelete}>
            {t('delete')}
          </Button>
        </span>
      </Td>
    </Tr>
  );
}

function DeleteDialog({ rule, onClose }: { rule: AlertRule; onClose: () => void }) {
  const t = useTranslations('alertRules');
  const problemText = useProblemText();
  const remove = useDeleteRule();

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t('deleteTitle', { name: rule.name })}
      confirmLabel={t('delete')}
      danger
      busy={remove.isPending}
      error={remove.error === null ? undefined : problemText(remove.error)}
      onConfirm={() =>
        remove.mutate(rule.id, {
          onSuccess: () => {
            toast.success(t('deleted', { name: rule.name }));
            onClose();
          },
        })
      }
    >
      <p>{t('deleteText')}</p>
    </ConfirmDialog>
  );
}

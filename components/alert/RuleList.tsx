'use client';

import { useQuery } from '@tanstack/react-query';
import { BellPlus, Plus, TriangleAlert } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import type { AlertRule } from '#api/types.ts';
import { ConfirmMove } from '../query/ConfirmMove.tsx';
import { Listed } from '../query/Listed.tsx';
import { useProblemToast } from '../query/problem_text.ts';
import { PageHeader } from '../shell/PageHeader.tsx';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { Switch } from '../ui/Switch.tsx';
import { Td, Tr } from '../ui/Table.tsx';
import { AlertTabs } from './AlertTabs.tsx';
import { LEVEL_FACES } from './faces.ts';
import { useDeleteRule, useSaveRule } from './moves.ts';
import { alertChannelsQuery, alertRulesQuery } from './queries.ts';
import { RuleDialog } from './RuleDialog.tsx';

export function RuleList() {
  const t = useTranslations('alertRules');
  const tabs = useTranslations('alerts.tabs');
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
      <Listed
        query={query}
        label={tabs('rules')}
        empty={{ icon: BellPlus, title: t('empty.title'), text: t('empty.text'), action: create }}
        columns={[
          t('column.enabled'),
          t('column.name'),
          t('column.kind'),
          t('column.channels'),
          { numbers: t('column.firing') },
          { moves: t('column.actions') },
        ]}
      >
        {(rule) => (
          <RuleRow
            key={rule.id}
            rule={rule}
            onEdit={() => setWriting(rule)}
            onDelete={() => setDeleting(rule)}
          />
        )}
      </Listed>
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
  const onError = useProblemToast();
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
          onCheckedChange={(enabled) =>
            save.mutate({ id: rule.id, body: { enabled } }, { onError })
          }
        />
      </Td>
      <Td className="font-medium">{rule.name}</Td>
      <Td>
        <span className="flex flex-wrap items-center gap-2">
          {alerts(`kind.${rule.kind}`)}
          <Badge {...LEVEL_FACES[rule.level]}>{alerts(`level.${rule.level}`)}</Badge>
        </span>
        <div className="text-xs text-muted">{[...rule.workflows, ...rule.works].join(', ')}</div>
        <Unknown problems={rule.problems} />
      </Td>
      <Td className="text-muted">{names.length === 0 ? t('nobody') : names.join(', ')}</Td>
      <Td className="text-right tabular-nums">{rule.firing}</Td>
      <Td>
        <span className="flex justify-end gap-1">
          <Button size="sm" aria-label={t('editTitle', { name: rule.name })} onClick={onEdit}>
            {t('edit')}
          </Button>
          <Button
            size="sm"
            variant="ghost"
            aria-label={t('deleteTitle', { name: rule.name })}
            onClick={onDelete}
          >
            {t('delete')}
          </Button>
        </span>
      </Td>
    </Tr>
  );
}

/** What it names and is not there: misspelt, deleted, or still to come. */
function Unknown({ problems }: Pick<AlertRule, 'problems'>) {
  const t = useTranslations('alertRules.unknown');
  const format = useFormatter();

  return (['workflows', 'works'] as const).map((name) => {
    const keys = problems.flatMap(({ pointer, key }) =>
      pointer.startsWith(`/${name}/`) ? [key] : [],
    );
    return (
      keys.length > 0 && (
        <p key={name} data-tone="warn" className="mt-1 flex items-start gap-1 text-xs text-tone">
          <TriangleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
          <span className="min-w-0 break-words">{t(name, { keys: format.list(keys) })}</span>
        </p>
      )
    );
  });
}

function DeleteDialog({ rule, onClose }: { rule: AlertRule; onClose: () => void }) {
  const t = useTranslations('alertRules');

  return (
    <ConfirmMove
      title={t('deleteTitle', { name: rule.name })}
      text={t('deleteText')}
      confirmLabel={t('delete')}
      move={useDeleteRule()}
      input={rule.id}
      done={t('deleted', { name: rule.name })}
      onClose={onClose}
    />
  );
}

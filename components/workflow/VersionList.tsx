'use client';

import { useQuery } from '@tanstack/react-query';
import { Archive, Ellipsis, History, PencilRuler } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import type { VersionSummary, Workflow } from '#api/types.ts';
import { ConfirmMove } from '../query/ConfirmMove.tsx';
import { Loaded } from '../query/Loaded.tsx';
import { useProblemToast } from '../query/problem_text.ts';
import { VersionStatusBadge } from '../status/StatusBadge.tsx';
import { IconButton } from '../ui/Button.tsx';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '../ui/Menu.tsx';
import { EmptyState, SkeletonRows } from '../ui/states.tsx';
import { Table, TableBody, TableHead, Td, Th, Tr } from '../ui/Table.tsx';
import { relativeTime } from '../ui/Time.tsx';
import { actorName } from '../ui/actor.ts';
import { ExportItems } from './ExportMenu.tsx';
import { useRestoreVersion, useRetireVersion } from './moves.ts';
import { versionsQuery } from './queries.ts';

export function VersionList({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('versions');
  const common = useTranslations('common');
  const query = useQuery(versionsQuery(workflow.key));
  const [asking, setAsking] = useState<{ move: 'retire' | 'restore'; version: number } | null>(
    null,
  );
  const Asked = asking?.move === 'retire' ? RetireDialog : RestoreDialog;

  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={3} label={common('loading')} />}>
      {({ data }) =>
        data.length === 0 ? (
          <div className="card">
            <EmptyState icon={History} title={t('empty.title')}>
              {t('empty.text')}
            </EmptyState>
          </div>
        ) : (
          <>
            <Table label={t('title')}>
              <TableHead>
                <Th>{t('version')}</Th>
                <Th>{t('status')}</Th>
                <Th>{t('summary')}</Th>
                <Th>{t('published')}</Th>
                <Th className="text-right">{t('instances')}</Th>
                <Th className="w-px">
                  <span className="sr-only">{t('actions')}</span>
                </Th>
              </TableHead>
              <TableBody>
                {data.map((version) => (
                  <VersionRow
                    key={version.version}
                    workflow={workflow}
                    version={version}
                    onAsk={(move) => setAsking({ move, version: version.version })}
                  />
                ))}
              </TableBody>
            </Table>
            {asking && (
              <Asked workflow={workflow} version={asking.version} onClose={() => setAsking(null)} />
            )}
          </>
        )
      }
    </Loaded>
  );
}

type VersionRowProps = {
  workflow: Workflow;
  version: VersionSummary;
  onAsk: (move: 'retire' | 'restore') => void;
};

function VersionRow({ workflow, version, onAsk }: VersionRowProps) {
  const t = useTranslations('versions');
  const format = useFormatter();
  const restore = useRestoreVersion(workflow.key);
  const onSuccess = useOpenRestored(workflow, version.version);
  const onError = useProblemToast();

  return (
    <Tr>
      <Td className="mono">
        <Link href={`?version=${version.version}`} className="hover:underline">
          v{version.version}
        </Link>
      </Td>
      <Td>
        <VersionStatusBadge status={version.status} />
      </Td>
      <Td className="max-w-md">{version.summary}</Td>
      <Td className="whitespace-nowrap text-muted">
        {t.rich('publishedBy', {
          who: actorName(version.publishedBy),
          when: relativeTime(version.publishedAt),
        })}
      </Td>
      <Td className="text-right tabular-nums">{format.number(version.instances)}</Td>
      <Td>
        <Menu>
          <MenuTrigger>
            <IconButton
              size="sm"
              icon={Ellipsis}
              label={t('actionsOf', { version: version.version })}
            />
          </MenuTrigger>
          <MenuContent>
            <MenuItem
              icon={PencilRuler}
              onSelect={() =>
                workflow.hasDraft
                  ? onAsk('restore')
                  : restore.mutate(
                      { version: version.version, replace: false },
                      { onSuccess, onError },
                    )
              }
            >
              {t('restore')}
            </MenuItem>
            <ExportItems workflow={workflow.key} version={version.version} />
            {version.status === 'published' && (
              <MenuItem icon={Archive} danger onSelect={() => onAsk('retire')}>
                {t('retire')}
              </MenuItem>
            )}
          </MenuContent>
        </Menu>
      </Td>
    </Tr>
  );
}

type AskedProps = { workflow: Workflow; version: number; onClose: () => void };

function RetireDialog({ workflow, version, onClose }: AskedProps) {
  const t = useTranslations('versions');

  return (
    <ConfirmMove
      title={t('retireTitle', { version })}
      text={t('retireText')}
      confirmLabel={t('retire')}
      move={useRetireVersion(workflow.key)}
      input={version}
      onClose={onClose}
    />
  );
}

function RestoreDialog({ workflow, version, onClose }: AskedProps) {
  const t = useTranslations('versions');

  return (
    <ConfirmMove
      title={t('restoreTitle', { version })}
      text={t('restoreText')}
      confirmLabel={t('restoreConfirm')}
      move={useRestoreVersion(workflow.key)}
      input={{ version, replace: true }}
      onDone={useOpenRestored(workflow, version)}
      onClose={onClose}
    />
  );
}

/** The designer opens on the new draft. */
function useOpenRestored(workflow: Workflow, version: number): () => void {
  const t = useTranslations('versions');
  const router = useRouter();

  return () => {
    toast.success(t('restored', { version }));
    router.push(`/workflows/${workflow.key}/editor`);
  };
}

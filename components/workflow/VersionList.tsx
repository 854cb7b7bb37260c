'use client';

import { useQuery } from '@tanstack/react-query';
import { Archive, Ellipsis, History, PencilRuler } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import type { VersionSummary, Workflow } from '#api/types.ts';
import { Loaded } from '../query/Loaded.tsx';
import { useProblemText, useProblemToast } from '../query/problem_text.ts';
import { VersionStatusBadge } from '../status/StatusBadge.tsx';
import { IconButton } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '../ui/Menu.tsx';
import { EmptyState, SkeletonRows } from '../ui/states.tsx';
import { Table, TableBody, TableHead, Td, Th, Tr } from '../ui/Table.tsx';
import { relativeTime } from '../ui/Time.tsx';
import { useRestoreVersion, useRetireVersion } from './moves.ts';
import { versionsQuery } from './queries.ts';

export function VersionList({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('versions');
  const common = useTranslations('common');
  const query = useQuery(versionsQuery(workflow.key));
  const [retiring, setRetiring] = useState<VersionSummary | null>(null);

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
                    onRetire={() => setRetiring(version)}
                  />
                ))}
              </TableBody>
            </Table>
            {retiring && (
              <RetireDialog
                workflow={workflow.key}
                version={retiring}
                onClose={() => setRetiring(null)}
              />
            )}
          </>
        )
      }
    </Loaded>
  );
}

type VersionRowProps = { workflow: Workflow; version: VersionSummary; onRetire: () => void };

function VersionRow({ workflow, version, onRetire }: VersionRowProps) {
  const t = useTranslations('versions');
  const format = useFormatter();
  const router = useRouter();
  const restore = useRestoreVersion(workflow.key);
  const onError = useProblemToast();

  return (
    <Tr>
      <Td className="mono">v{version.version}</Td>
      <Td>
        <VersionStatusBadge status={version.status} />
      </Td>
      <Td className="max-w-md">{version.summary}</Td>
      <Td className="whitespace-nowrap text-muted">
        {t.rich('publishedBy', {
          who: version.publishedBy,
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
                restore.mutate(version.version, {
                  onError,
                  onSuccess: () => {
                    toast.success(t('restored', { version: version.version }));
                    router.push(`/workflows/${workflow.key}/editor`);
                  },
                })
              }
            >
              {t('restore')}
            </MenuItem>
            {version.status === 'published' && (
              <MenuItem icon={Archive} danger onSelect={onRetire}>
                {t('retire')}
              </MenuItem>
            )}
          </MenuContent>
        </Menu>
      </Td>
    </Tr>
  );
}

type RetireDialogProps = { workflow: string; version: VersionSummary; onClose: () => void };

function RetireDialog({ workflow, version, onClose }: RetireDialogProps) {
  const t = useTranslations('versions');
  const problemText = useProblemText();
  const retire = useRetireVersion(workflow);

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t('retireTitle', { version: version.version })}
      confirmLabel={t('retire')}
      danger
      busy={retire.isPending}
      error={retire.error === null ? undefined : problemText(retire.error)}
      onConfirm={() => retire.mutate(version.version, { onSuccess: onClose })}
    >
      <p>{t('retireText')}</p>
    </ConfirmDialog>
  );
}

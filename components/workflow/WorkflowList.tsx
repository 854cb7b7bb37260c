'use client';

import { useQuery } from '@tanstack/react-query';
import { Import, PencilRuler, Plus, Search, Workflow as WorkflowIcon } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import { parseAsString, useQueryState } from 'nuqs';
import { useState } from 'react';
import type { Workflow } from '#api/types.ts';
import { Loaded } from '../query/Loaded.tsx';
import { useWatch } from '../query/provider.tsx';
import { PageHeader } from '../shell/PageHeader.tsx';
import { VersionStatusBadge } from '../status/StatusBadge.tsx';
import { Button, IconButton } from '../ui/Button.tsx';
import { Input } from '../ui/Input.tsx';
import { EmptyState, SkeletonRows } from '../ui/states.tsx';
import { Switch } from '../ui/Switch.tsx';
import { Table, TableBody, TableHead, Td, Th, Tr } from '../ui/Table.tsx';
import { RelativeTime } from '../ui/Time.tsx';
import { whenTypingPauses } from '../ui/typed_address.ts';
import { useRested } from '../ui/useRested.ts';
import { ImportDialog } from './ImportDialog.tsx';
import { NewWorkflowDialog } from './NewWorkflowDialog.tsx';
import { useSwitchWorkflow } from './moves.ts';
import { workflowsQuery, WORKFLOWS_SHOWN } from './queries.ts';
import { RunButton } from './run/RunButton.tsx';
import { SlotBar } from './SlotBar.tsx';

/** Typed text narrows the list, and reaches the URL, when the typing pauses. */
const TYPING_MS = 250;

export function WorkflowList() {
  const t = useTranslations('workflows');
  const common = useTranslations('common');
  const [search, setSearch] = useQueryState('search', parseAsString.withDefault(''));
  const [dialog, setDialog] = useState<'new' | 'import' | null>(null);
  const asked = useRested(search, TYPING_MS);
  const query = useQuery(workflowsQuery(asked));
  useWatch('workflows');
  useWatch('instances');

  const actions = (
    <>
      <Button icon={Import} onClick={() => setDialog('import')}>
        {t('import')}
      </Button>
      <Button variant="primary" icon={Plus} onClick={() => setDialog('new')}>
        {t('new')}
      </Button>
    </>
  );

  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={actions} />
      <div className="relative w-full max-w-80">
        <Search
          aria-hidden
          className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-faint"
        />
        <Input
          type="search"
          aria-label={t('search')}
          placeholder={t('search')}
          className="pl-8"
          value={search}
          onChange={(event) =>
            void setSearch(event.target.value || null, whenTypingPauses(TYPING_MS))
          }
        />
      </div>
      <Loaded query={query} skeleton={<SkeletonRows label={common('loading')} />}>
        {({ data }) =>
          data.length === 0 ? (
            <div className="card">
              {asked === '' ? (
                <EmptyState icon={WorkflowIcon} title={t('empty.title')} action={actions}>
                  {t('empty.text')}
                </EmptyState>
              ) : (
                <EmptyState
                  icon={Search}
                  title={t('noneFound', { search: asked })}
                  action={<Button onClick={() => void setSearch(null)}>{common('clear')}</Button>}
                />
              )}
            </div>
          ) : (
            <>
              <Workflows workflows={data} />
              {data.length === WORKFLOWS_SHOWN && (
                <p className="text-sm text-muted">{t('shortened', { count: WORKFLOWS_SHOWN })}</p>
              )}
            </>
          )
        }
      </Loaded>
      {dialog === 'new' && <NewWorkflowDialog onClose={() => setDialog(null)} />}
      {dialog === 'import' && <ImportDialog onClose={() => setDialog(null)} />}
    </>
  );
}

function Workflows({ workflows }: { workflows: readonly Workflow[] }) {
  const t = useTranslations('workflows');

  return (
    <Table label={t('title')}>
      <TableHead>
        <Th className="w-px">{t('column.switch')}</Th>
        <Th>{t('column.name')}</Th>
        <Th>{t('column.version')}</Th>
        <Th>{t('column.running')}</Th>
        <Th className="text-right">{t('column.queued')}</Th>
        <Th className="text-right">{t('column.failed24h')}</Th>
        <Th>{t('column.updated')}</Th>
        <Th className="w-px">
          <span className="sr-only">{t('column.actions')}</span>
        </Th>
      </TableHead>
      <TableBody>
        {workflows.map((workflow) => (
          <WorkflowRow key={workflow.key} workflow={workflow} />
        ))}
      </TableBody>
    </Table>
  );
}

function WorkflowRow({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('workflows');
  const format = useFormatter();
  const switching = useSwitchWorkflow();
  const { key, name, enabled, publishedVersion, hasDraft, running, queued, failed24h } = workflow;

  return (
    <Tr>
      <Td>
        <Switch
          aria-label={t('switchNamed', { workflow: name })}
          checked={enabled}
          onCheckedChange={(checked) => switching.mutate({ key, enabled: checked })}
        />
      </Td>
      <Td>
        <Link href={`/workflows/${key}`} className="font-medium hover:underline">
          {name}
        </Link>
        {name !== key && <div className="mono text-faint">{key}</div>}
      </Td>
      <Td>
        <span className="flex items-center gap-1.5">
          {publishedVersion === null ? (
            <span className="text-faint">{t('notPublished')}</span>
          ) : (
            <span className="mono">v{publishedVersion}</span>
          )}
          {hasDraft && <VersionStatusBadge status="draft" />}
        </span>
      </Td>
      <Td>
        <SlotBar running={running} limit={workflow.maxRunning} />
      </Td>
      <Td className="text-right tabular-nums">
        <CountLink href={`/instances?workflow=${key}&status=queued`} count={queued} />
      </Td>
      <Td className="text-right tabular-nums">
        {failed24h > 0 ? (
          <span data-tone="bad" className="font-medium text-tone">
            <CountLink href={`/instances?workflow=${key}&status=failed`} count={failed24h} />
          </span>
        ) : (
          <span className="text-faint">{format.number(0)}</span>
        )}
      </Td>
      <Td className="whitespace-nowrap text-muted">
        <RelativeTime at={workflow.updatedAt} />
      </Td>
      <Td>
        <span className="flex items-center gap-0.5">
          <RunButton workflow={workflow} compact />
          <IconButton
            size="sm"
            icon={PencilRuler}
            href={`/workflows/${key}/editor`}
            label={t('editNamed', { workflow: name })}
          />
        </span>
      </Td>
    </Tr>
  );
}

function CountLink({ href, count }: { href: string; count: number }) {
  const format = useFormatter();

  return count === 0 ? (
    <span className="text-faint">{format.number(0)}</span>
  ) : (
    <Link href={href} className="hover:underline">
      {format.number(count)}
    </Link>
  );
}

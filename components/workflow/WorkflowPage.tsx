'use client';

import { useQuery } from '@tanstack/react-query';
import {
  CalendarClock,
  GitBranch,
  History,
  PencilRuler,
  Settings2,
  Webhook,
  Workflow as WorkflowIcon,
} from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useId } from 'react';
import type { Workflow } from '#api/types.ts';
import { Loaded } from '../query/Loaded.tsx';
import { useWatch } from '../query/provider.tsx';
import { ScheduleList } from '../schedule/ScheduleList.tsx';
import { PageHeader } from '../shell/PageHeader.tsx';
import { VERSION_FACES } from '../status/faces.ts';
import { TriggerList } from '../trigger/TriggerList.tsx';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { EmptyState, Skeleton } from '../ui/states.tsx';
import { Switch } from '../ui/Switch.tsx';
import { Tab, TabList, TabPanel, Tabs } from '../ui/Tabs.tsx';
import { ExportMenu } from './ExportMenu.tsx';
import { useSwitchWorkflow } from './moves.ts';
import { PublishedGraph } from './PublishedGraph.tsx';
import { workflowQuery } from './queries.ts';
import { RunButton } from './run/RunButton.tsx';
import { SettingsForm } from './SettingsForm.tsx';
import { VersionList } from './VersionList.tsx';
import { WorkflowFacts } from './WorkflowFacts.tsx';

const TABS = ['overview', 'versions', 'schedules', 'triggers', 'settings'] as const;

export function WorkflowPage({ workflowKey }: { workflowKey: string }) {
  const query = useQuery(workflowQuery(workflowKey));
  useWatch('workflows');
  useWatch('instances');

  return (
    <Loaded query={query} errorAs="h1" skeleton={<WorkflowSkeleton />}>
      {(workflow) => <WorkflowTabs workflow={workflow} />}
    </Loaded>
  );
}

function WorkflowTabs({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('workflow');
  const nav = useTranslations('nav');
  const schedules = useTranslations('schedules');
  const triggers = useTranslations('triggers');
  const [tab, setTab] = useQueryState(
    'tab',
    parseAsStringLiteral(TABS).withDefault('overview').withOptions({ history: 'push' }),
  );

  return (
    <>
      <PageHeader
        title={
          <>
            {workflow.name}
            {workflow.publishedVersion !== null && (
              <Badge tone="accent">v{workflow.publishedVersion}</Badge>
            )}
            {workflow.hasDraft && (
              <Badge tone={VERSION_FACES.draft.tone} icon={VERSION_FACES.draft.icon}>
                {t('hasDraft')}
              </Badge>
            )}
          </>
        }
        trail={[{ href: '/workflows', label: nav('workflows') }]}
        description={
          <>
            <span className="mono">{workflow.key}</span>
            {workflow.description !== '' && <> · {workflow.description}</>}
          </>
        }
        actions={
          <>
            <EnabledSwitch workflow={workflow} />
            <ExportMenu workflow={workflow} />
            <Button asChild>
              <Link href={`/workflows/${workflow.key}/editor`}>
                <PencilRuler aria-hidden className="size-3.5" />
                {t('edit')}
              </Link>
            </Button>
            <RunButton workflow={workflow} />
          </>
        }
      />
      <Tabs value={tab} onValueChange={(next) => void setTab(next as (typeof TABS)[number])}>
        <TabList label={t('sections')} className="mb-4">
          <Tab value="overview" icon={GitBranch}>
            {t('overview')}
          </Tab>
          <Tab value="versions" icon={History}>
            {t('versions')}
          </Tab>
          <Tab value="schedules" icon={CalendarClock}>
            {schedules('title')}
          </Tab>
          <Tab value="triggers" icon={Webhook}>
            {triggers('title')}
          </Tab>
          <Tab value="settings" icon={Settings2}>
            {t('settings')}
          </Tab>
        </TabList>
        <TabPanel value="overview">
          <Overview workflow={workflow} />
        </TabPanel>
        <TabPanel value="versions">
          <VersionList workflow={workflow} />
        </TabPanel>
        <TabPanel value="schedules">
          <ScheduleList workflow={workflow.key} />
        </TabPanel>
        <TabPanel value="triggers">
          <TriggerList workflow={workflow.key} />
        </TabPanel>
        <TabPanel value="settings">
          <SettingsForm workflow={workflow} />
        </TabPanel>
      </Tabs>
    </>
  );
}

function EnabledSwitch({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('workflow');
  const id = useId();
  const switching = useSwitchWorkflow();

  return (
    <label htmlFor={id} className="mr-1 flex items-center gap-2 text-sm text-muted">
      <Switch
        id={id}
        checked={workflow.enabled}
        onCheckedChange={(enabled) => switching.mutate({ key: workflow.key, enabled })}
      />
      {workflow.enabled ? t('on') : t('off')}
    </label>
  );
}

function Overview({ workflow }: { workflow: Workflow }) {
  const t = useTranslations('workflow');

  return (
    <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
      {workflow.publishedVersion === null ? (
        <div className="card">
          <EmptyState
            icon={WorkflowIcon}
            title={t('notPublished.title')}
            action={
              <Button asChild variant="primary">
                <Link href={`/workflows/${workflow.key}/editor`}>{t('notPublished.action')}</Link>
              </Button>
            }
          >
            {t('notPublished.text')}
          </EmptyState>
        </div>
      ) : (
        <PublishedGraph workflow={workflow} published={workflow.publishedVersion} />
      )}
      <WorkflowFacts workflow={workflow} />
    </div>
  );
}

function WorkflowSkeleton() {
  const common = useTranslations('common');

  return (
    <div role="status" aria-label={common('loading')} className="flex flex-col gap-5">
      <Skeleton className="h-8 w-64" />
      <Skeleton className="h-9 w-80" />
      <Skeleton className="h-[28rem]" />
    </div>
  );
}

'use client';

import { useQuery } from '@tanstack/react-query';
import { Braces, ChartNoAxesGantt, GitBranch, ListChecks, ScrollText, Send } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useMemo, useRef } from 'react';
import type { InstanceDetail } from '#api/types.ts';
import { NotificationTable } from '../endpoint/NotificationTable.tsx';
import { Loaded } from '../query/Loaded.tsx';
import { useWatch } from '../query/provider.tsx';
import { Skeleton } from '../ui/states.tsx';
import { Tab, TabList, TabPanel, Tabs } from '../ui/Tabs.tsx';
import { graphOf } from '../workflow/graph_of.ts';
import { versionQuery } from '../workflow/queries.ts';
import { DataTab } from './DataTab.tsx';
import { EventLog } from './EventLog.tsx';
import { InstanceGraph } from './InstanceGraph.tsx';
import { InstanceHeader } from './InstanceHeader.tsx';
import { OpenSignals } from './OpenSignals.tsx';
import { instanceQuery } from './queries.ts';
import { TaskPanel } from './TaskPanel.tsx';
import { TaskTable } from './TaskTable.tsx';
import { Timeline } from './Timeline.tsx';

const TABS = ['graph', 'timeline', 'tasks', 'data', 'events', 'notifications'] as const;

export function InstancePage({ id }: { id: string }) {
  const query = useQuery(instanceQuery(id));

  return (
    <Loaded query={query} errorAs="h1" skeleton={<InstanceSkeleton />}>
      {(instance) => <InstanceTabs instance={instance} />}
    </Loaded>
  );
}

function InstanceTabs({ instance }: { instance: InstanceDetail }) {
  const t = useTranslations('instance');
  useWatch(`instance:${instance.id}`);
  const version = useQuery(versionQuery(instance.workflow, instance.version));
  const definition = version.data?.definition;
  const graph = useMemo(
    () => (definition === undefined ? null : graphOf(definition)),
    [definition],
  );
  const [{ tab, task }, setPlace] = useQueryStates(
    {
      tab: parseAsStringLiteral(TABS).withDefault('graph'),
      task: parseAsString,
    },
    // The back button closes the panel, not the page.
    { history: 'push' },
  );
  const top = useRef<HTMLDivElement>(null);
  const shown = instance.tasks.find(({ key }) => key === task);
  const open = (key: string | null) => void setPlace({ task: key });

  return (
    <>
      <div ref={top} tabIndex={-1} className="flex flex-col gap-3 focus:outline-none">
        <InstanceHeader instance={instance} />
        <OpenSignals instance={instance} onSent={() => top.current?.focus()} />
      </div>
      <div className="flex min-w-0 items-start gap-4">
        <Tabs
          value={tab}
          onValueChange={(next) => void setPlace({ tab: next as (typeof TABS)[number] })}
          className="min-w-0 flex-1"
        >
          <TabList label={t('sections')} className="mb-4">
            <Tab value="graph" icon={GitBranch}>
              {t('tab.graph')}
            </Tab>
            <Tab value="timeline" icon={ChartNoAxesGantt}>
              {t('tab.timeline')}
            </Tab>
            <Tab value="tasks" icon={ListChecks} count={instance.tasks.length}>
              {t('tab.tasks')}
            </Tab>
            <Tab value="data" icon={Braces}>
              {t('tab.data')}
            </Tab>
            <Tab value="events" icon={ScrollText}>
              {t('tab.events')}
            </Tab>
            <Tab value="notifications" icon={Send}>
              {t('tab.notifications')}
            </Tab>
          </TabList>
          <TabPanel value="graph">
            <Loaded query={version} skeleton={<Skeleton className="h-[34rem]" />}>
              {() =>
                graph && (
                  <InstanceGraph
                    instance={instance}
                    graph={graph}
                    selected={task}
                    onSelect={open}
                  />
                )
              }
            </Loaded>
          </TabPanel>
          <TabPanel value="timeline">
            <Timeline
              instance={instance}
              edges={graph?.edges ?? []}
              selected={task}
              onSelect={open}
            />
          </TabPanel>
          <TabPanel value="tasks">
            <TaskTable tasks={instance.tasks} selected={task} onSelect={open} />
          </TabPanel>
          <TabPanel value="data">
            <DataTab instance={instance} />
          </TabPanel>
          <TabPanel value="events">
            <EventLog instance={instance} />
          </TabPanel>
          <TabPanel value="notifications">
            <NotificationTable of="instance" filter={{ instance: instance.id }} />
          </TabPanel>
        </Tabs>
        {shown && (
          <TaskPanel
            key={shown.key}
            instance={instance}
            summary={shown}
            onClose={() => open(null)}
          />
        )}
      </div>
    </>
  );
}

function InstanceSkeleton() {
  const common = useTranslations('common');

  return (
    <div role="status" aria-label={common('loading')} className="flex flex-col gap-5">
      <Skeleton className="h-8 w-72" />
      <Skeleton className="h-5 w-96" />
      <Skeleton className="h-[34rem]" />
    </div>
  );
}

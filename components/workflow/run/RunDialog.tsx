'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { isJsonObject } from '#engine/json.ts';
import { Loaded } from '../../query/Loaded.tsx';
import { Dialog, DialogBody } from '../../ui/Dialog.tsx';
import { Tab, TabList, TabPanel, Tabs } from '../../ui/Tabs.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { versionQuery } from '../queries.ts';
import { ManyForm } from './ManyForm.tsx';
import { RunForm } from './RunForm.tsx';

type RunDialogProps = {
  workflow: { key: string; name: string; publishedVersion: number | null };
  open: boolean;
  onOpenChange: (open: boolean) => void;
};

/** Starts one run of the published version, or one for each object of a list. The form is made from the JSON Schema of its input. */
export function RunDialog({ workflow, open, onOpenChange }: RunDialogProps) {
  const t = useTranslations('run');
  const [running, setRunning] = useState(false);

  return (
    <Dialog
      open={open}
      // Batches that are under way are stopped by their button, not by a slip.
      onOpenChange={(next) => (next || !running) && onOpenChange(next)}
      keepsWhatIsWritten
      width="md"
      title={t('title', { workflow: workflow.name })}
      description={
        workflow.publishedVersion === null
          ? undefined
          : t('version', { version: workflow.publishedVersion })
      }
    >
      {workflow.publishedVersion === null ? (
        <DialogBody>{t('nothingPublished')}</DialogBody>
      ) : (
        <RunPublished
          workflow={workflow.key}
          version={workflow.publishedVersion}
          running={running}
          onRunning={setRunning}
        />
      )}
    </Dialog>
  );
}

/** The body scrolls within it, between header and footer. */
const PANEL = 'flex min-h-0 flex-1 flex-col data-[state=inactive]:hidden';

type RunPublishedProps = {
  workflow: string;
  version: number;
  running: boolean;
  onRunning: (running: boolean) => void;
};

function RunPublished({ workflow, version, running, onRunning }: RunPublishedProps) {
  const t = useTranslations('run');
  const query = useQuery(versionQuery(workflow, version));

  return (
    <Loaded query={query} framed={false} skeleton={<FormSkeleton />}>
      {({ definition: { input } }) => {
        const schema = isJsonObject(input) ? input : null;

        return (
          <Tabs defaultValue="one" className="flex min-h-0 flex-1 flex-col">
            <div className="px-5 pb-3">
              <TabList label={t('howMany')}>
                <Tab value="one" disabled={running}>
                  {t('one')}
                </Tab>
                <Tab value="many" disabled={running}>
                  {t('many.tab')}
                </Tab>
              </TabList>
            </div>
            <TabPanel value="one" className={PANEL}>
              <RunForm workflow={workflow} schema={schema} />
            </TabPanel>
            <TabPanel value="many" className={PANEL}>
              <ManyForm workflow={workflow} schema={schema} onRunning={onRunning} />
            </TabPanel>
          </Tabs>
        );
      }}
    </Loaded>
  );
}

function FormSkeleton() {
  return (
    <DialogBody className="flex flex-col gap-4">
      <Skeleton className="h-8" />
      <Skeleton className="h-8" />
      <Skeleton className="h-20" />
    </DialogBody>
  );
}

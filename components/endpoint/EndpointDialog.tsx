'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Endpoint } from '#api/types.ts';
import { FormDialog } from '../query/FormDialog.tsx';
import { useFieldError } from '../query/problem_text.ts';
import { ChoiceField } from '../ui/ChoiceField.tsx';
import { DescribedCheckbox } from '../ui/DescribedCheckbox.tsx';
import { FieldError } from '../ui/Field.tsx';
import { TextField } from '../ui/TextField.tsx';
import { workflowsQuery } from '../workflow/queries.ts';
import { EVENT_TEXTS, EVENTS, OF_ALL_WORKFLOWS } from './faces.ts';
import { useSaveEndpoint } from './moves.ts';

const POINTERS = ['/name', '/url'];

type Event = Endpoint['events'][number];

/** Makes an endpoint, or changes one. */
export function EndpointDialog({
  endpoint,
  onClose,
}: {
  endpoint: Endpoint | null;
  onClose: () => void;
}) {
  const t = useTranslations('endpoints');
  const fieldError = useFieldError();
  const save = useSaveEndpoint(endpoint?.id ?? null);
  const workflows = useQuery(workflowsQuery());
  const [name, setName] = useState(endpoint?.name ?? '');
  const [url, setUrl] = useState(endpoint?.url ?? '');
  const [workflow, setWorkflow] = useState(endpoint?.workflow ?? '');
  const [chosen, setChosen] = useState<readonly Event[]>(
    endpoint?.events ?? ['instance.completed'],
  );
  const offered = workflow === '' ? EVENTS : EVENTS.filter((event) => !OF_ALL_WORKFLOWS.has(event));
  const events = offered.filter((event) => chosen.includes(event));
  const missing = { name: name.trim() === '', url: url.trim() === '', events: events.length === 0 };

  return (
    <FormDialog
      title={endpoint === null ? t('create') : t('editTitle', { name: endpoint.name })}
      width="md"
      move={save}
      pointers={POINTERS}
      faulty={missing.name || missing.url || missing.events}
      {...(endpoint === null && { submitLabel: t('create') })}
      onSubmit={() =>
        save.mutate(
          {
            name: name.trim(),
            url: url.trim(),
            workflow: workflow === '' ? null : workflow,
            events,
          },
          { onSuccess: onClose },
        )
      }
      onClose={onClose}
    >
      {(tried) => (
        <>
          <TextField
            label={t('name')}
            required
            maxLength={200}
            error={tried && missing.name ? t('nameFault') : fieldError(save.error, '/name')}
            value={name}
            onChange={setName}
          />
          <TextField
            label={t('url')}
            hint={t('urlHint')}
            required
            className="mono"
            inputMode="url"
            maxLength={2_000}
            error={tried && missing.url ? t('urlFault') : fieldError(save.error, '/url')}
            value={url}
            onChange={setUrl}
          />
          <ChoiceField
            label={t('workflow')}
            options={[
              '',
              ...withChosen(workflows.data?.data.map(({ key }) => key) ?? [], workflow),
            ]}
            textOf={(key) => (key === '' ? t('allWorkflows') : key)}
            value={workflow}
            onChange={setWorkflow}
          />
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-1.5 text-xs font-medium">{t('events')}</legend>
            {offered.map((event) => (
              <DescribedCheckbox
                key={event}
                label={event}
                about={t(`event.${EVENT_TEXTS[event]}`)}
                checked={events.includes(event)}
                onChange={(checked) =>
                  setChosen(checked ? [...chosen, event] : chosen.filter((each) => each !== event))
                }
              />
            ))}
            {tried && missing.events && <FieldError>{t('eventsFault')}</FieldError>}
          </fieldset>
        </>
      )}
    </FormDialog>
  );
}

/** The chosen one may be beyond the page that was read. */
function withChosen(keys: readonly string[], chosen: string): readonly string[] {
  return chosen === '' || keys.includes(chosen) ? keys : [chosen, ...keys];
}

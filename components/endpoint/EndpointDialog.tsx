'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Endpoint } from '#api/types.ts';
import { fieldError, formError } from '../query/problem.ts';
import { useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { DescribedCheckbox } from '../ui/DescribedCheckbox.tsx';
import { Dialog, DialogBody, DialogFooter } from '../ui/Dialog.tsx';
import { Field, FieldError } from '../ui/Field.tsx';
import { Form } from '../ui/Form.tsx';
import { Input, Select } from '../ui/Input.tsx';
import { workflowsQuery } from '../workflow/queries.ts';
import { EVENT_TEXTS, EVENTS } from './faces.ts';
import { useSaveEndpoint } from './moves.ts';

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

  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="md"
      title={endpoint === null ? t('create') : t('edit')}
    >
      <EndpointForm endpoint={endpoint} onClose={onClose} />
    </Dialog>
  );
}

function EndpointForm({ endpoint, onClose }: { endpoint: Endpoint | null; onClose: () => void }) {
  const t = useTranslations('endpoints');
  const common = useTranslations('common');
  const problemText = useProblemText();
  const save = useSaveEndpoint(endpoint?.id ?? null);
  const workflows = useQuery(workflowsQuery());
  const [name, setName] = useState(endpoint?.name ?? '');
  const [url, setUrl] = useState(endpoint?.url ?? '');
  const [workflow, setWorkflow] = useState(endpoint?.workflow ?? '');
  const [events, setEvents] = useState<readonly Event[]>(
    endpoint?.events ?? ['instance.completed'],
  );
  const [tried, setTried] = useState(false);
  const rest = formError(save.error, ['/name', '/url', '/workflow', '/events']);

  function submit() {
    setTried(true);
    if (name.trim() === '' || url.trim() === '' || events.length === 0 || save.isPending) {
      return;
    }
    save.mutate(
      {
        name: name.trim(),
        url: url.trim(),
        workflow: workflow === '' ? null : workflow,
        events: EVENTS.filter((event) => events.includes(event)),
      },
      { onSuccess: onClose },
    );
  }

  return (
    <Form onSubmit={submit} problem={save.error}>
      <DialogBody className="flex flex-col gap-4">
        <Field
          label={t('name')}
          required
          error={tried && name.trim() === '' ? t('nameFault') : fieldError(save.error, '/name')}
        >
          {(control) => (
            <Input
              {...control}
              name="name"
              autoComplete="off"
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field
          label={t('url')}
          hint={t('urlHint')}
          required
          error={tried && url.trim() === '' ? t('urlFault') : fieldError(save.error, '/url')}
        >
          {(control) => (
            <Input
              {...control}
              name="url"
              className="mono"
              autoComplete="off"
              maxLength={2_000}
              value={url}
              onChange={(event) => setUrl(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('workflow')} error={fieldError(save.error, '/workflow')}>
          {(control) => (
            <Select
              {...control}
              name="workflow"
              value={workflow}
              onChange={(event) => setWorkflow(event.target.value)}
            >
              <option value="">{t('allWorkflows')}</option>
              {withChosen(workflows.data?.data.map(({ key }) => key) ?? [], workflow).map((key) => (
                <option key={key} value={key}>
                  {key}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1.5 text-xs font-medium">{t('events')}</legend>
          {EVENTS.map((event) => (
            <DescribedCheckbox
              key={event}
              label={event}
              about={t(`event.${EVENT_TEXTS[event]}`)}
              checked={events.includes(event)}
              onChange={(checked) =>
                setEvents(checked ? [...events, event] : events.filter((each) => each !== event))
              }
            />
          ))}
          {tried && events.length === 0 && <FieldError>{t('eventsFault')}</FieldError>}
        </fieldset>
        {save.error !== null && rest !== undefined && (
          <FieldError>{problemText(save.error)}</FieldError>
        )}
      </DialogBody>
      <DialogFooter>
        <Button type="submit" variant="primary" busy={save.isPending}>
          {endpoint === null ? t('create') : common('save')}
        </Button>
      </DialogFooter>
    </Form>
  );
}

/** The chosen one may be beyond the page that was read. */
function withChosen(keys: readonly string[], chosen: string): readonly string[] {
  return chosen === '' || keys.includes(chosen) ? keys : [chosen, ...keys];
}

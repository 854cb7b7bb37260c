'use client';

import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import type { Schedule } from '#api/types.ts';
import { CATCH_UPS, OVERLAPS } from '#engine/schedule/decide.ts';
import { fieldError, formError } from '../query/problem.ts';
import { useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, DialogBody, DialogFooter } from '../ui/Dialog.tsx';
import { Field, FieldError } from '../ui/Field.tsx';
import { Form } from '../ui/Form.tsx';
import { Input, Select, Textarea } from '../ui/Input.tsx';
import { isKnownZone, readJson, templateFaults, useCronFault } from './fault.ts';
import { useSaveSchedule } from './moves.ts';
import { NextRuns } from './NextRuns.tsx';

const POINTERS = ['/key', '/cron', '/timeZone', '/objectId', '/input', '/catchUpLimit', '/endAt'];

type Written = Pick<Schedule, 'key' | 'cron' | 'timeZone' | 'objectId' | 'overlap' | 'catchUp'> & {
  input: string;
  catchUpLimit: string;
  /** As the browser's control writes them, by the clock of this browser; empty: none. */
  startAt: string;
  endAt: string;
};

function writtenFrom(schedule: Schedule | null): Written {
  return {
    key: schedule?.key ?? '',
    cron: schedule?.cron ?? '0 8 * * MON-FRI',
    timeZone: schedule?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    objectId: schedule?.objectId ?? '{{ schedule.key }}',
    input: JSON.stringify(schedule?.input ?? {}, null, 2),
    overlap: schedule?.overlap ?? 'allow',
    catchUp: schedule?.catchUp ?? 'last',
    catchUpLimit: String(schedule?.catchUpLimit ?? 10),
    startAt: localOf(schedule?.startAt ?? null),
    endAt: localOf(schedule?.endAt ?? null),
  };
}

function localOf(at: string | null): string {
  if (at === null) {
    return '';
  }
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

type DialogProps = { workflow: string; schedule: Schedule | null; onClose: () => void };

export function ScheduleDialog({ workflow, schedule, onClose }: DialogProps) {
  const t = useTranslations('schedules');
  const common = useTranslations('common');
  const problemText = useProblemText();
  const cronFault = useCronFault();
  const zones = useId();
  const save = useSaveSchedule(workflow, schedule?.id ?? null);
  const [now, setNow] = useState(() => writtenFrom(schedule));
  const [tried, setTried] = useState(false);
  const set = (part: Partial<Written>) => setNow({ ...now, ...part });
  const input = readJson(now.input);
  const texts = templateFaults(now.objectId, input ?? {});
  const limit = Number(now.catchUpLimit);
  const faults = {
    key: now.key === '' ? t('keyFault') : undefined,
    cron: cronFault(now.cron),
    timeZone: isKnownZone(now.timeZone) ? undefined : t('timeZoneFault'),
    objectId: texts['/objectId'],
    input: input === undefined ? t('notJson') : texts['/input'],
    catchUpLimit:
      Number.isInteger(limit) && limit >= 1 && limit <= 100 ? undefined : t('limitFault'),
  };
  const rest = formError(save.error, POINTERS);

  function submit() {
    setTried(true);
    if (Object.values(faults).some((fault) => fault !== undefined) || save.isPending) {
      return;
    }
    save.mutate(
      {
        key: now.key,
        name: schedule?.name ?? now.key,
        cron: now.cron,
        timeZone: now.timeZone,
        objectId: now.objectId,
        input: input ?? {},
        overlap: now.overlap,
        catchUp: now.catchUp,
        catchUpLimit: limit,
        startAt: now.startAt === '' ? null : new Date(now.startAt).toISOString(),
        endAt: now.endAt === '' ? null : new Date(now.endAt).toISOString(),
      },
      { onSuccess: onClose },
    );
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="md"
      title={schedule === null ? t('create') : t('editTitle', { schedule: schedule.key })}
    >
      <Form onSubmit={submit} problem={save.error}>
        <DialogBody className="flex flex-col gap-4">
          {schedule === null && (
            <Field
              label={t('key')}
              hint={t('keyHint')}
              required
              error={(tried ? faults.key : undefined) ?? fieldError(save.error, '/key')}
            >
              {(control) => (
                <Input
                  {...control}
                  autoComplete="off"
                  value={now.key}
                  onChange={(event) => set({ key: event.target.value.trim() })}
                />
              )}
            </Field>
          )}
          <div className="grid gap-4 sm:grid-cols-2">
            <Field
              label={t('cron')}
              hint={t('cronHint')}
              required
              error={faults.cron ?? fieldError(save.error, '/cron')}
            >
              {(control) => (
                <Input
                  {...control}
                  className="mono"
                  autoComplete="off"
                  spellCheck={false}
                  value={now.cron}
                  onChange={(event) => set({ cron: event.target.value })}
                />
              )}
            </Field>
            <Field
              label={t('timeZone')}
              hint={t('timeZoneHint')}
              required
              error={faults.timeZone ?? fieldError(save.error, '/timeZone')}
            >
              {(control) => (
                <Input
                  {...control}
                  list={zones}
                  autoComplete="off"
                  spellCheck={false}
                  value={now.timeZone}
                  onChange={(event) => set({ timeZone: event.target.value.trim() })}
                />
              )}
            </Field>
            <datalist id={zones}>
              {Intl.supportedValuesOf('timeZone').map((zone) => (
                <option key={zone} value={zone}>
                  {zone}
                </option>
              ))}
            </datalist>
          </div>
          <NextRuns cron={now.cron} timeZone={now.timeZone} />
          <Field
            label={t('objectId')}
            hint={t('objectIdHint')}
            required
            error={faults.objectId ?? fieldError(save.error, '/objectId')}
          >
            {(control) => (
              <Input
                {...control}
                className="mono"
                spellCheck={false}
                autoComplete="off"
                value={now.objectId}
                onChange={(event) => set({ objectId: event.target.value })}
              />
            )}
          </Field>
          <Field
            label={t('input')}
            hint={t('inputHint')}
            error={faults.input ?? fieldError(save.error, '/input')}
          >
            {(control) => (
              <Textarea
                {...control}
                rows={3}
                className="mono"
                spellCheck={false}
                value={now.input}
                onChange={(event) => set({ input: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('overlap')} hint={t(`overlapHints.${now.overlap}`)}>
            {(control) => (
              <Select
                {...control}
                value={now.overlap}
                onChange={(event) =>
                  set({
                    overlap: OVERLAPS.find((one) => one === event.target.value) ?? now.overlap,
                  })
                }
              >
                {OVERLAPS.map((one) => (
                  <option key={one} value={one}>
                    {t(`overlaps.${one}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label={t('catchUp')} hint={t('catchUpHint')}>
              {(control) => (
                <Select
                  {...control}
                  value={now.catchUp}
                  onChange={(event) =>
                    set({
                      catchUp: CATCH_UPS.find((one) => one === event.target.value) ?? now.catchUp,
                    })
                  }
                >
                  {CATCH_UPS.map((one) => (
                    <option key={one} value={one}>
                      {t(`catchUps.${one}`)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            {now.catchUp === 'all' && (
              <Field
                label={t('catchUpLimit')}
                error={faults.catchUpLimit ?? fieldError(save.error, '/catchUpLimit')}
              >
                {(control) => (
                  <Input
                    {...control}
                    inputMode="numeric"
                    value={now.catchUpLimit}
                    onChange={(event) => set({ catchUpLimit: event.target.value.trim() })}
                  />
                )}
              </Field>
            )}
          </div>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label={`${t('startAt')} (${common('optional')})`}>
              {(control) => (
                <Input
                  {...control}
                  type="datetime-local"
                  value={now.startAt}
                  onChange={(event) => set({ startAt: event.target.value })}
                />
              )}
            </Field>
            <Field
              label={`${t('endAt')} (${common('optional')})`}
              error={fieldError(save.error, '/endAt')}
            >
              {(control) => (
                <Input
                  {...control}
                  type="datetime-local"
                  value={now.endAt}
                  onChange={(event) => set({ endAt: event.target.value })}
                />
              )}
            </Field>
          </div>
          {save.error !== null && rest !== undefined && (
            <FieldError>{problemText(save.error)}</FieldError>
          )}
        </DialogBody>
        <DialogFooter>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {common('save')}
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  );
}

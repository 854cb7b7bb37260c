'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Schedule } from '#api/types.ts';
import { CATCH_UPS, OVERLAPS } from '#engine/schedule/decide.ts';
import { SCHEDULE_NAMES } from '#engine/expression/scope.ts';
import { checkRecipe } from '#engine/schedule/check_recipe.ts';
import { isTimeZone } from '#engine/window.ts';
import { JsonField } from '../instance/moves/fields.tsx';
import { FormDialog } from '../query/FormDialog.tsx';
import { useFieldError } from '../query/problem_text.ts';
import { readJson } from '../recipe/faults.ts';
import { useRecipeFault } from '../recipe/useRecipeFault.ts';
import { ChoiceField } from '../ui/ChoiceField.tsx';
import { TIME_ZONES } from '../ui/SuggestInput.tsx';
import { TextField } from '../ui/TextField.tsx';
import { useCronFault, useEndFault } from './fault.ts';
import { useSaveSchedule } from './moves.ts';
import { NextRuns } from './NextRuns.tsx';
import { boundsOf, inputOf, writtenFrom, type WrittenSchedule } from './schedule_form.ts';

const MOST_CAUGHT_UP = 100;
const POINTERS = ['key', 'cron', 'timeZone', 'objectId', 'input', 'catchUpLimit', 'endAt'].map(
  (name) => `/${name}`,
);

type DialogProps = { workflow: string; schedule: Schedule | null; onClose: () => void };

type FieldName = keyof WrittenSchedule;

type FormProps = {
  now: WrittenSchedule;
  set: (part: Partial<WrittenSchedule>) => void;
  faultAt: (name: FieldName) => string | undefined;
};

export function ScheduleDialog({ workflow, schedule, onClose }: DialogProps) {
  const t = useTranslations('schedules');
  const fieldError = useFieldError();
  const save = useSaveSchedule(workflow, schedule?.id ?? null);
  const [now, setNow] = useState(() => writtenFrom(schedule));
  const set = (part: Partial<WrittenSchedule>) => setNow({ ...now, ...part });
  const input = readJson(now.input);
  const faults = useFaults(schedule, now, input);

  return (
    <FormDialog
      title={schedule === null ? t('create') : t('editTitle', { schedule: schedule.key })}
      width="md"
      move={save}
      pointers={POINTERS}
      faulty={now.key === '' || Object.values(faults).some((fault) => fault !== undefined)}
      onSubmit={() => save.mutate(inputOf(now, input ?? {}, schedule), { onSuccess: onClose })}
      onClose={onClose}
    >
      {(tried) => {
        const faultAt = (name: FieldName) => faults[name] ?? fieldError(save.error, `/${name}`);

        return (
          <>
            {schedule === null && (
              <TextField
                label={t('key')}
                hint={t('keyHint')}
                required
                error={tried && now.key === '' ? t('keyFault') : faultAt('key')}
                value={now.key}
                onChange={(key) => set({ key: key.trim() })}
              />
            )}
            <Clock now={now} set={set} faultAt={faultAt} />
            <Made now={now} set={set} faultAt={faultAt} />
            <Rules now={now} set={set} faultAt={faultAt} />
          </>
        );
      }}
    </FormDialog>
  );
}

function useFaults(
  schedule: Schedule | null,
  now: WrittenSchedule,
  input: ReturnType<typeof readJson>,
): Partial<Record<FieldName, string | undefined>> {
  const t = useTranslations('schedules');
  const common = useTranslations('common');
  const cronFault = useCronFault();
  const recipeFault = useRecipeFault(
    checkRecipe(
      { objectId: now.objectId, input: input ?? {}, labels: {}, dedupeKey: null, when: null },
      SCHEDULE_NAMES,
    ),
  );
  const limit = Number(now.catchUpLimit);
  const isLimit = Number.isInteger(limit) && limit >= 1 && limit <= MOST_CAUGHT_UP;

  return {
    cron: cronFault(now.cron),
    timeZone: isTimeZone(now.timeZone) ? undefined : t('timeZoneFault'),
    objectId: now.objectId.trim() === '' ? common('missing') : recipeFault('/objectId'),
    input: input === undefined ? t('notJson') : recipeFault('/input'),
    catchUpLimit: isLimit || now.catchUp !== 'all' ? undefined : t('limitFault'),
    endAt: useEndFault(schedule, now),
  };
}

/** When it is due. */
function Clock({ now, set, faultAt }: FormProps) {
  const t = useTranslations('schedules');
  const common = useTranslations('common');

  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('cron')}
          hint={t('cronHint')}
          required
          className="mono"
          error={faultAt('cron')}
          value={now.cron}
          onChange={(cron) => set({ cron })}
        />
        <TextField
          label={t('timeZone')}
          hint={t('timeZoneHint')}
          required
          suggestions={TIME_ZONES}
          error={faultAt('timeZone')}
          value={now.timeZone}
          onChange={(timeZone) => set({ timeZone: timeZone.trim() })}
        />
        <TextField
          label={`${t('startAt')} (${common('optional')})`}
          type="datetime-local"
          value={now.startAt}
          onChange={(startAt) => set({ startAt })}
        />
        <TextField
          label={`${t('endAt')} (${common('optional')})`}
          type="datetime-local"
          error={faultAt('endAt')}
          value={now.endAt}
          onChange={(endAt) => set({ endAt })}
        />
      </div>
      <NextRuns cron={now.cron} timeZone={now.timeZone} bounds={boundsOf(now)} />
    </>
  );
}

/** What is made when it is due. */
function Made({ now, set, faultAt }: FormProps) {
  const t = useTranslations('schedules');

  return (
    <>
      <TextField
        label={t('objectId')}
        hint={t('objectIdHint')}
        required
        className="mono"
        error={faultAt('objectId')}
        value={now.objectId}
        onChange={(objectId) => set({ objectId })}
      />
      <JsonField
        label={t('input')}
        hint={t('inputHint')}
        rows={3}
        error={faultAt('input')}
        value={now.input}
        onChange={(input) => set({ input })}
      />
    </>
  );
}

/** What becomes of a due time that cannot be kept as it is. */
function Rules({ now, set, faultAt }: FormProps) {
  const t = useTranslations('schedules');

  return (
    <>
      <ChoiceField
        label={t('overlap')}
        hint={t(`overlapHints.${now.overlap}`)}
        options={OVERLAPS}
        textOf={(overlap) => t(`overlaps.${overlap}`)}
        value={now.overlap}
        onChange={(overlap) => set({ overlap })}
      />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <ChoiceField
          label={t('catchUp')}
          hint={t('catchUpHint')}
          options={CATCH_UPS}
          textOf={(catchUp) => t(`catchUps.${catchUp}`)}
          value={now.catchUp}
          onChange={(catchUp) => set({ catchUp })}
        />
        {now.catchUp === 'all' && (
          <TextField
            label={t('catchUpLimit')}
            inputMode="numeric"
            error={faultAt('catchUpLimit')}
            value={now.catchUpLimit}
            onChange={(catchUpLimit) => set({ catchUpLimit: catchUpLimit.trim() })}
          />
        )}
      </div>
    </>
  );
}

'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Trigger } from '#api/types.ts';
import { useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, DialogBody, DialogFooter } from '../ui/Dialog.tsx';
import { Field, FieldError } from '../ui/Field.tsx';
import { Form } from '../ui/Form.tsx';
import { Checkbox, Select } from '../ui/Input.tsx';
import { useRotateTrigger } from './moves.ts';

const HOUR_SECONDS = 3_600;
const GRACES = { atOnce: 0, hour: HOUR_SECONDS, day: 24 * HOUR_SECONDS } as const;

/** Gives a trigger a new URL, and says first what becomes of the old one. */
export function RotateDialog({ trigger, onClose }: { trigger: Trigger; onClose: () => void }) {
  const t = useTranslations('triggers');
  const problemText = useProblemText();
  const rotate = useRotateTrigger(trigger.workflow);
  const [graceSeconds, setGraceSeconds] = useState<number>(GRACES.atOnce);
  const [secret, setSecret] = useState(false);

  function submit() {
    if (!rotate.isPending) {
      rotate.mutate({ id: trigger.id, graceSeconds, secret }, { onSuccess: onClose });
    }
  }

  return (
    <Dialog open onOpenChange={onClose} title={t('rotateTitle', { trigger: trigger.key })}>
      <Form onSubmit={submit} problem={rotate.error}>
        <DialogBody className="flex flex-col gap-4">
          <Field label={t('oldUrl')}>
            {(control) => (
              <Select
                {...control}
                value={graceSeconds}
                onChange={(event) => setGraceSeconds(Number(event.target.value))}
              >
                {(Object.keys(GRACES) as (keyof typeof GRACES)[]).map((grace) => (
                  <option key={grace} value={GRACES[grace]}>
                    {t(`graces.${grace}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {trigger.signature.kind !== 'none' && (
            <label className="flex items-center gap-2 text-sm">
              <Checkbox checked={secret} onChange={(event) => setSecret(event.target.checked)} />
              {t('newSecret')}
            </label>
          )}
          {rotate.error !== null && <FieldError>{problemText(rotate.error)}</FieldError>}
        </DialogBody>
        <DialogFooter>
          <Button type="submit" variant="danger" busy={rotate.isPending}>
            {t('rotate')}
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  );
}

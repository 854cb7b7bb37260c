'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Trigger } from '#api/types.ts';
import { FormDialog } from '../query/FormDialog.tsx';
import { ChoiceField } from '../ui/ChoiceField.tsx';
import { Checkbox } from '../ui/Input.tsx';
import { useRotateTrigger } from './moves.ts';

const GRACES = ['atOnce', 'hour', 'day'] as const;
const SECONDS = { atOnce: 0, hour: 3_600, day: 86_400 } as const;

/** Gives a trigger a new URL, and says first what becomes of the old one. */
export function RotateDialog({ trigger, onClose }: { trigger: Trigger; onClose: () => void }) {
  const t = useTranslations('triggers');
  const rotate = useRotateTrigger(trigger.workflow);
  const [grace, setGrace] = useState<(typeof GRACES)[number]>('atOnce');
  const [secret, setSecret] = useState(false);

  return (
    <FormDialog
      title={t('rotateTitle', { trigger: trigger.key })}
      move={rotate}
      submitLabel={t('rotate')}
      danger
      onSubmit={() =>
        rotate.mutate(
          { id: trigger.id, graceSeconds: SECONDS[grace], secret },
          { onSuccess: onClose },
        )
      }
      onClose={onClose}
    >
      {() => (
        <>
          <ChoiceField
            label={t('oldUrl')}
            options={GRACES}
            textOf={(each) => t(`graces.${each}`)}
            value={grace}
            onChange={setGrace}
          />
          {trigger.signature.kind !== 'none' && (
            <label className="flex items-center gap-2 text-sm">
              <Checkbox checked={secret} onChange={(event) => setSecret(event.target.checked)} />
              {t('newSecret')}
            </label>
          )}
        </>
      )}
    </FormDialog>
  );
}

'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { toast } from 'sonner';
import { FormDialog } from '../query/FormDialog.tsx';
import { ChoiceField } from '../ui/ChoiceField.tsx';
import { Checkbox } from '../ui/Input.tsx';
import { useResendSince } from './moves.ts';

const HOURS = ['1', '6', '24', '72', '168'] as const;
const HOUR_MS = 3_600_000;

/** Sends an endpoint once more what it missed. */
export function ResendDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useTranslations('endpoints');
  const resend = useResendSince(id);
  const [hours, setHours] = useState<(typeof HOURS)[number]>('24');
  const [all, setAll] = useState(false);

  return (
    <FormDialog
      title={t('resend')}
      description={t('resendText')}
      move={resend}
      submitLabel={t('resend')}
      onSubmit={() =>
        resend.mutate(
          {
            since: new Date(Date.now() - Number(hours) * HOUR_MS).toISOString(),
            status: all ? 'all' : 'dead',
          },
          {
            onSuccess: ({ resent }) => {
              toast.success(t('resentCount', { count: resent }));
              onClose();
            },
          },
        )
      }
      onClose={onClose}
    >
      {() => (
        <>
          <ChoiceField
            label={t('resendSince')}
            options={HOURS}
            textOf={(each) => t('hours', { count: Number(each) })}
            value={hours}
            onChange={setHours}
          />
          <label className="flex items-center gap-2 text-sm">
            <Checkbox checked={all} onChange={(event) => setAll(event.target.checked)} />
            {t('resendAll')}
          </label>
        </>
      )}
    </FormDialog>
  );
}

'use client';

import { useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Trigger } from '#api/types.ts';
import { Loaded } from '../query/Loaded.tsx';
import { Button } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { Dialog, DialogBody, DialogFooter } from '../ui/Dialog.tsx';
import { SkeletonRows } from '../ui/states.tsx';
import { relativeTime } from '../ui/Time.tsx';
import { triggerSecretsQuery } from './queries.ts';
import { RotateDialog } from './RotateDialog.tsx';

/** What a sender must be told: the URL, and the secret it signs with. */
export function AccessDialog({ trigger, onClose }: { trigger: Trigger; onClose: () => void }) {
  const t = useTranslations('triggers');
  const common = useTranslations('common');
  const query = useQuery(triggerSecretsQuery(trigger.workflow, trigger.id));
  const [rotating, setRotating] = useState(false);

  if (rotating) {
    return <RotateDialog trigger={trigger} onClose={() => setRotating(false)} />;
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="md"
      title={t('accessOf', { trigger: trigger.key })}
      description={t('accessText')}
    >
      <DialogBody className="flex flex-col gap-4">
        <Loaded query={query} skeleton={<SkeletonRows rows={2} label={common('loading')} />}>
          {({ path, secret, previousUntil }) => (
            <>
              <Told
                label={t('url')}
                copy={t('copyUrl')}
                value={`${window.location.origin}${path}`}
              />
              {previousUntil !== null && (
                <p className="text-xs text-muted">
                  {t.rich('oldUrlEnds', { time: relativeTime(previousUntil) })}
                </p>
              )}
              {secret !== null && (
                <Told label={t('secret')} copy={t('copySecret')} value={secret} />
              )}
            </>
          )}
        </Loaded>
      </DialogBody>
      <DialogFooter>
        <Button icon={RefreshCw} onClick={() => setRotating(true)}>
          {t('rotate')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}

function Told({ label, copy, value }: { label: string; copy: string; value: string }) {
  return (
    <div className="flex flex-col gap-1">
      <span className="text-xs font-medium">{label}</span>
      <span className="flex items-start gap-2">
        <code className="mono min-w-0 flex-1 rounded-md bg-sunken px-2 py-1.5 text-xs break-all">
          {value}
        </code>
        <CopyButton text={value} label={copy} />
      </span>
    </div>
  );
}

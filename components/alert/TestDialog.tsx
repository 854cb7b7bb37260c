'use client';

import { Send } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { AlertChannel, SentMessage } from '#api/types.ts';
import { useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, DialogBody, DialogFooter } from '../ui/Dialog.tsx';
import { FieldError } from '../ui/Field.tsx';
import { JsonView } from '../ui/JsonView.tsx';
import { MessageStatus, RawAnswer } from './MessageDialog.tsx';
import { useTestChannel } from './moves.ts';

/** Sends a test message and shows what the vendor said, as it said it. */
export function TestDialog({ channel, onClose }: { channel: AlertChannel; onClose: () => void }) {
  const t = useTranslations('alertChannels');
  const problemText = useProblemText();
  const test = useTestChannel();

  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="md"
      title={t('tested', { name: channel.name })}
      description={t('testText')}
    >
      <DialogBody className="flex flex-col gap-3">
        <div aria-live="polite" className="flex flex-col gap-3">
          {test.error !== null && <FieldError>{problemText(test.error)}</FieldError>}
          {test.data && <TestResult message={test.data} />}
        </div>
      </DialogBody>
      <DialogFooter>
        <Button
          variant="primary"
          icon={Send}
          busy={test.isPending}
          onClick={() => test.mutate(channel.id)}
        >
          {t('test')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}

function TestResult({ message }: { message: SentMessage }) {
  const t = useTranslations('alertChannels');

  return (
    <>
      <p className="flex flex-wrap items-center gap-2 text-sm">
        <MessageStatus status={message.status} />
        {message.result ?? t('testWaiting')}
      </p>
      {message.result !== null && (
        <>
          <h3 className="text-xs font-medium">{t('raw')}</h3>
          {message.answer === null ? (
            <p className="text-sm text-muted">{t('noAnswer')}</p>
          ) : (
            <RawAnswer text={message.answer} />
          )}
          <h3 className="text-xs font-medium">{t('sentRequest')}</h3>
          <JsonView value={message.request} label={t('sentRequest')} openDepth={1} />
        </>
      )}
    </>
  );
}

'use client';

import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import type { AlertChannel } from '#api/types.ts';
import { CHANNEL_KINDS } from '#engine/alert/channel.ts';
import { FormDialog } from '../query/FormDialog.tsx';
import { useFieldError } from '../query/problem_text.ts';
import { ChoiceField } from '../ui/ChoiceField.tsx';
import { TextField } from '../ui/TextField.tsx';
import {
  bodyOf,
  CHANNEL_FIELDS,
  isNeeded,
  isSecret,
  newChannel,
  writtenFrom,
  type FieldName,
} from './channel_form.ts';
import { useSaveChannel } from './moves.ts';

const SECURITIES = ['tls', 'starttls', 'none'] as const;
const LANGUAGES = { en: 'english', zh: 'chinese' } as const;
const POINTERS = ['/name', '/settings'];

type ChannelDialogProps = { channel: AlertChannel | null; onClose: () => void };

export function ChannelDialog({ channel, onClose }: ChannelDialogProps) {
  const t = useTranslations('alertChannels');
  const fieldError = useFieldError();
  const common = useTranslations('common');
  const locale = useLocale();
  const save = useSaveChannel();
  const [now, setNow] = useState(() =>
    channel === null ? newChannel(locale === 'zh' ? 'zh' : 'en') : writtenFrom(channel),
  );
  const set = (part: Partial<typeof now>) => setNow({ ...now, ...part });
  const kept = (name: FieldName) => channel?.secrets.includes(name) === true;
  const isMissing = (name: FieldName) =>
    isNeeded(now.kind, name) && !kept(name) && (now.fields[name] ?? '').trim() === '';
  const nameless = now.name.trim() === '';

  return (
    <FormDialog
      title={channel === null ? t('create') : t('editTitle', { name: channel.name })}
      width="md"
      move={save}
      pointers={POINTERS}
      faulty={nameless || CHANNEL_FIELDS[now.kind].some(isMissing)}
      onSubmit={() =>
        save.mutate(
          { ...(channel !== null && { id: channel.id }), body: bodyOf(now, channel === null) },
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
            error={tried && nameless ? t('nameFault') : fieldError(save.error, '/name')}
            value={now.name}
            onChange={(name) => set({ name })}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <ChoiceField
              label={t('kindLabel')}
              disabled={channel !== null}
              options={CHANNEL_KINDS}
              textOf={(kind) => t(`kind.${kind}`)}
              value={now.kind}
              onChange={(kind) => set({ kind })}
            />
            <ChoiceField
              label={t('language')}
              options={['en', 'zh']}
              textOf={(language) => t(LANGUAGES[language])}
              value={now.language}
              onChange={(language) => set({ language })}
            />
          </div>
          {CHANNEL_FIELDS[now.kind].map((name) =>
            name === 'security' ? (
              <ChoiceField
                key={name}
                label={t('field.security')}
                options={SECURITIES}
                textOf={(security) => t(`security.${security}`)}
                value={SECURITIES.find((one) => one === now.fields.security) ?? 'starttls'}
                onChange={(security) => set({ fields: { ...now.fields, security } })}
              />
            ) : (
              <TextField
                key={name}
                label={t(`field.${name}`)}
                hint={kept(name) ? t('kept') : hintOf(name, t)}
                required={isNeeded(now.kind, name) && !kept(name)}
                error={
                  tried && isMissing(name)
                    ? common('missing')
                    : fieldError(save.error, `/settings/${name}`)
                }
                type={name !== 'url' && isSecret(now.kind, name) ? 'password' : 'text'}
                inputMode={name === 'url' ? 'url' : name === 'port' ? 'numeric' : 'text'}
                value={now.fields[name] ?? ''}
                onChange={(text) => set({ fields: { ...now.fields, [name]: text } })}
              />
            ),
          )}
        </>
      )}
    </FormDialog>
  );
}

function hintOf(
  name: FieldName,
  t: ReturnType<typeof useTranslations<'alertChannels'>>,
): string | undefined {
  return name === 'at' ? t('atHint') : name === 'to' ? t('listHint') : undefined;
}

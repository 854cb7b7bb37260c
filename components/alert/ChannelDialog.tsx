'use client';

import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import type { AlertChannel } from '#api/types.ts';
import { CHANNEL_KINDS } from '#engine/alert/channel.ts';
import { fieldError } from '../query/problem.ts';
import { useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, DialogBody, DialogFooter } from '../ui/Dialog.tsx';
import { Field, FieldError, type ControlProps } from '../ui/Field.tsx';
import { Form } from '../ui/Form.tsx';
import { Input, Select } from '../ui/Input.tsx';
import {
  bodyOf,
  CHANNEL_FIELDS,
  isSecret,
  newChannel,
  writtenFrom,
  type FieldName,
} from './channel_form.ts';
import { useSaveChannel } from './moves.ts';

const SECURITIES = ['tls', 'starttls', 'none'] as const;

type ChannelDialogProps = { channel: AlertChannel | null; onClose: () => void };

export function ChannelDialog({ channel, onClose }: ChannelDialogProps) {
  const t = useTranslations('alertChannels');
  const common = useTranslations('common');
  const locale = useLocale();
  const problemText = useProblemText();
  const save = useSaveChannel();
  const [now, setNow] = useState(() =>
    channel === null ? newChannel(locale === 'zh' ? 'zh' : 'en') : writtenFrom(channel),
  );
  const [tried, setTried] = useState(false);
  const set = (part: Partial<typeof now>) => setNow({ ...now, ...part });
  const nameless = now.name.trim() === '';

  function submit() {
    setTried(true);
    if (!nameless && !save.isPending) {
      save.mutate(
        { ...(channel !== null && { id: channel.id }), body: bodyOf(now, channel === null) },
        { onSuccess: onClose },
      );
    }
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="md"
      title={channel === null ? t('create') : t('editTitle', { name: channel.name })}
    >
      <Form onSubmit={submit} problem={save.error}>
        <DialogBody className="flex flex-col gap-4">
          <Field
            label={t('name')}
            required
            error={tried && nameless ? t('nameFault') : fieldError(save.error, '/name')}
          >
            {(control) => (
              <Input
                {...control}
                autoComplete="off"
                maxLength={200}
                value={now.name}
                onChange={(event) => set({ name: event.target.value })}
              />
            )}
          </Field>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label={t('kindLabel')}>
              {(control) => (
                <Select
                  {...control}
                  disabled={channel !== null}
                  value={now.kind}
                  onChange={(event) =>
                    set({
                      kind: CHANNEL_KINDS.find((one) => one === event.target.value) ?? now.kind,
                    })
                  }
                >
                  {CHANNEL_KINDS.map((kind) => (
                    <option key={kind} value={kind}>
                      {t(`kind.${kind}`)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <Field label={t('language')}>
              {(control) => (
                <Select
                  {...control}
                  value={now.language}
                  onChange={(event) => set({ language: event.target.value === 'zh' ? 'zh' : 'en' })}
                >
                  <option value="en">{t('english')}</option>
                  <option value="zh">{t('chinese')}</option>
                </Select>
              )}
            </Field>
          </div>
          {CHANNEL_FIELDS[now.kind].map((name) => (
            <Field
              key={name}
              label={t(`field.${name}`)}
              hint={hintOf(name, channel?.secrets.includes(name) === true, t)}
              error={fieldError(save.error, `/settings/${name}`)}
            >
              {(control) => (
                <SettingControl
                  control={control}
                  name={name}
                  secret={name !== 'url' && isSecret(now.kind, name)}
                  value={now.fields[name] ?? ''}
                  onChange={(text) => set({ fields: { ...now.fields, [name]: text } })}
                />
              )}
            </Field>
          ))}
          {save.error !== null && <FieldError>{problemText(save.error)}</FieldError>}
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

function hintOf(
  name: FieldName,
  kept: boolean,
  t: ReturnType<typeof useTranslations<'alertChannels'>>,
): string | undefined {
  return kept ? t('kept') : name === 'at' ? t('atHint') : name === 'to' ? t('listHint') : undefined;
}

type SettingControlProps = {
  control: ControlProps;
  name: FieldName;
  secret: boolean;
  value: string;
  onChange: (text: string) => void;
};

function SettingControl({ control, name, secret, value, onChange }: SettingControlProps) {
  const t = useTranslations('alertChannels.security');

  return name === 'security' ? (
    <Select {...control} value={value} onChange={(event) => onChange(event.target.value)}>
      {SECURITIES.map((one) => (
        <option key={one} value={one}>
          {t(one)}
        </option>
      ))}
    </Select>
  ) : (
    <Input
      {...control}
      autoComplete="off"
      type={secret ? 'password' : 'text'}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

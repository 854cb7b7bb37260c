'use client';

import { signIn } from 'next-auth/react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '#components/ui/Button.tsx';
import { Field, FieldError } from '#components/ui/Field.tsx';
import { Form } from '#components/ui/Form.tsx';
import { Input } from '#components/ui/Input.tsx';

type Fault = 'wrong' | 'unreachable';

/** `next` is where to go afterwards: a path of ours, never another site. */
export function LoginForm({ next }: { next: string }) {
  const t = useTranslations('login');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const emailFault = !/^\S+@\S+$/.test(email.trim());

  async function submit() {
    setTried(true);
    if (emailFault || password === '' || busy) {
      return;
    }

    setBusy(true);
    setFault(null);
    const found = await trySignIn(email.trim(), password);
    if (found === null) {
      // A whole new page: nothing of a former person's session stays in memory.
      location.assign(next);
    } else {
      setFault(found);
      setBusy(false);
    }
  }

  return (
    <Form onSubmit={() => void submit()} className="flex flex-col gap-4">
      <Field label={t('email')} required error={tried && emailFault ? t('emailFault') : undefined}>
        {(control) => (
          <Input
            {...control}
            type="email"
            name="email"
            autoComplete="username"
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the one thing this page is for
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field
        label={t('password')}
        required
        error={tried && password === '' ? t('passwordFault') : undefined}
      >
        {(control) => (
          <Input
            {...control}
            type="password"
            name="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      {fault !== null && <FieldError>{t(fault)}</FieldError>}
      <Button type="submit" variant="primary" busy={busy} className="mt-1">
        {t('signIn')}
      </Button>
    </Form>
  );
}

async function trySignIn(email: string, password: string): Promise<Fault | null> {
  try {
    const answer = await signIn('credentials', { email, password, redirect: false });
    if (answer?.ok === true && !answer.error) return null;
    // Any other error is the server's own: it could not look the person up.
    return answer?.error === 'CredentialsSignin' ? 'wrong' : 'unreachable';
  } catch {
    return 'unreachable';
  }
}

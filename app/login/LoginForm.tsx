'use client';

import { signIn } from 'next-auth/react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '#components/ui/Button.tsx';
import { Field, FieldError } from '#components/ui/Field.tsx';
import { Form } from '#components/ui/Form.tsx';
import { Input } from '#components/ui/Input.tsx';

type Fault = 'wrong' | 'unreachable';

/**
 * `next` is where to go afterwards: a path of ours, never another site. The fields keep what is written themselves: a password manager
 * fills them in without a word, and a quick hand does before this page listens.
 */
export function LoginForm({ next }: { next: string }) {
  const t = useTranslations('login');
  const [faulty, setFaulty] = useState({ email: false, password: false });
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);

  async function submit(written: FormData) {
    const email = textOf(written, 'email').trim();
    const password = textOf(written, 'password');
    const faults = { email: !/^\S+@\S+$/.test(email), password: password === '' };
    setFaulty(faults);
    if (faults.email || faults.password || busy) {
      return;
    }

    setBusy(true);
    setFault(null);
    const found = await trySignIn(email, password);
    if (found === null) {
      // A whole new page: nothing of a former person's session stays in memory.
      location.assign(next);
    } else {
      setFault(found);
      setBusy(false);
    }
  }

  return (
    <Form onSubmit={(written) => void submit(written)} className="flex flex-col gap-4">
      <Field label={t('email')} required error={faulty.email ? t('emailFault') : undefined}>
        {(control) => (
          <Input
            {...control}
            type="email"
            name="email"
            autoComplete="username"
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the one thing this page is for
            autoFocus
            onChange={() => setFaulty({ ...faulty, email: false })}
          />
        )}
      </Field>
      <Field
        label={t('password')}
        required
        error={faulty.password ? t('passwordFault') : undefined}
      >
        {(control) => (
          <Input
            {...control}
            type="password"
            name="password"
            autoComplete="current-password"
            onChange={() => setFaulty({ ...faulty, password: false })}
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

function textOf(written: FormData, name: string): string {
  const text = written.get(name);
  return typeof text === 'string' ? text : '';
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

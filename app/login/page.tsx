import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { redirect } from 'next/navigation';
import { Logo } from '#components/ui/Logo.tsx';
import { getUser } from '../auth.ts';
import { LoginForm } from './LoginForm.tsx';
import { ownPath } from './own_path.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('login');
  return { title: t('signIn') };
}

export default async function LoginPage({ searchParams }: PageProps<'/login'>) {
  const next = ownPath((await searchParams)['next']);
  if (await getUser()) {
    redirect(next);
  }
  const t = await getTranslations('login');

  return (
    <main className="grid min-h-dvh place-items-center px-4 py-12">
      <div className="w-full max-w-88">
        <div className="mb-6 flex flex-col items-center gap-3 text-center">
          <Logo className="size-10" />
          <div>
            <h1 className="text-xl font-semibold tracking-tight">{t('title')}</h1>
            <p className="mt-0.5 text-sm text-muted">{t('text')}</p>
          </div>
        </div>
        <div className="card p-5">
          <LoginForm next={next} />
        </div>
        <p className="mt-4 text-center text-xs text-muted">{t('firstTime')}</p>
      </div>
    </main>
  );
}

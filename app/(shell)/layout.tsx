import { cookies } from 'next/headers';
import { Shell } from '#components/shell/Shell.tsx';
import { isTheme, THEME_COOKIE } from '#components/ui/theme.ts';
import { requireUser } from '../auth.ts';

export default async function ShellLayout({ children }: LayoutProps<'/'>) {
  const { name, email, role } = await requireUser();
  const theme = (await cookies()).get(THEME_COOKIE)?.value;

  return (
    <Shell user={{ name, email, role }} theme={isTheme(theme) ? theme : 'system'}>
      {children}
    </Shell>
  );
}

import { useTranslations } from 'next-intl';
import type { Task } from '#api/types.ts';
import { Fact } from '../ui/Panel.tsx';
import { relativeTime } from '../ui/Time.tsx';

type VainPushesProps = {
  delivery: Task['delivery'];
  /** Whether it is said elsewhere why. */
  explained?: boolean;
};

/** One of the facts: that a task or a segment was pushed in vain, how often, when the last time, and why. It is pushed again by itself. */
export function VainPushes({ delivery, explained = false }: VainPushesProps) {
  const t = useTranslations('task');
  if (delivery === null) {
    return null;
  }
  const { tries, message, at } = delivery;
  const time = relativeTime(at);

  return (
    <Fact label={t('pushed')}>
      {explained
        ? t.rich('pushedInVainBefore', { tries, time })
        : t.rich('pushedInVain', { tries, message, time })}
    </Fact>
  );
}

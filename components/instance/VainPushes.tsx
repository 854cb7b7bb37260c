import { useTranslations } from 'next-intl';
import type { Task } from '#api/types.ts';
import { Fact, Facts } from '../ui/Panel.tsx';
import { relativeTime } from '../ui/Time.tsx';

type VainPushesProps = { delivery: Task['delivery'] };

/** That a task or a segment was pushed in vain: how often, when the last time, and why. It is pushed again by itself. */
export function VainPushes({ delivery }: VainPushesProps) {
  const t = useTranslations('task');

  return delivery === null ? null : (
    <Facts>
      <Fact label={t('pushed')}>
        {t.rich('pushedInVain', { ...delivery, time: relativeTime(delivery.at) })}
      </Fact>
    </Facts>
  );
}

'use client';

import { useLocale, useTranslations } from 'next-intl';
import { WEEKDAYS } from '#engine/definition.ts';
import { formatDuration } from '../ui/format_time.ts';
import type { Summary, WindowFields } from './summary.ts';

/** A summary in words. */
export function useSummaryText(): (summary: Summary) => string {
  const t = useTranslations('designer.canvas');
  const locale = useLocale();
  const windowText = useWindowText();

  return (summary) => {
    switch (summary.is) {
      case 'code':
        return summary.text;
      case 'child':
        return summary.version === undefined
          ? summary.workflow
          : t('childVersion', { workflow: summary.workflow, version: summary.version });
      case 'seconds':
        return t('waitFor', { time: formatDuration(summary.seconds * 1_000, locale) });
      case 'until':
        return t('waitUntil', { time: summary.until });
      case 'window':
        return windowText(summary.window);
      case 'missing':
        return t(`no${summary.what}`);
    }
  };
}

/** "22:00–06:00 Asia/Shanghai, Mon, Tue" */
export function useWindowText(): (window: WindowFields) => string {
  const t = useTranslations('designer');

  return ({ from, to, timeZone, days }) => {
    const known = WEEKDAYS.filter((day) => days.includes(day));
    const hours = `${t('canvas.hours', { from, to })} ${timeZone}`;

    return known.length === 0
      ? hours
      : t('canvas.onDays', {
          hours,
          days: known.map((day) => t(`fields.days.options.${day}`)).join(t('canvas.listComma')),
        });
  };
}

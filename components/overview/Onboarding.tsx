'use client';

import { useQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { Check } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { countsQuery } from '../instance/queries.ts';
import { Panel } from '../ui/Panel.tsx';
import { worksQuery } from '../work/queries.ts';
import { workflowsQuery } from '../workflow/queries.ts';

type Step = {
  readonly key: 'draw' | 'worker' | 'run' | 'watch';
  readonly done: boolean;
  readonly href: string;
};

/** The way to the first success, step by step. Gone for good once an instance has succeeded. */
export function Onboarding() {
  const t = useTranslations('onboarding');
  const { data: counts } = useQuery(countsQuery({}));
  const { data: workflows } = useQuery(workflowsQuery());
  const { data: works } = useQuery(worksQuery());

  if (counts === undefined || workflows === undefined || works === undefined) {
    return null;
  }
  if ((counts.counts.succeeded ?? 0) > 0) {
    return null;
  }

  const published = workflows.data.find(({ publishedVersion }) => publishedVersion !== null);
  const started = Object.values(counts.counts).some((count) => count > 0);
  const steps: readonly Step[] = [
    {
      key: 'draw',
      done: published !== undefined,
      href: '/workflows',
    },
    {
      key: 'worker',
      done: works.data.some(
        ({ lastClaimAt, delivery }) => lastClaimAt !== null || delivery === 'push',
      ),
      href: '/works',
    },
    {
      key: 'run',
      done: started,
      href: published === undefined ? '/workflows' : `/workflows/${published.key}`,
    },
    { key: 'watch', done: false, href: '/instances' },
  ];
  const next = steps.find(({ done }) => !done)?.key;

  return (
    <Panel title={t('title')}>
      <ol className="grid gap-x-6 gap-y-4 sm:grid-cols-2 xl:grid-cols-4">
        {steps.map((step, index) => (
          <StepItem key={step.key} step={step} number={index + 1} next={step.key === next}>
            <Link href={step.href} className="text-sm font-medium text-accent hover:underline">
              {t(`${step.key}.action`)}
            </Link>
          </StepItem>
        ))}
      </ol>
    </Panel>
  );
}

type StepItemProps = { step: Step; number: number; next: boolean; children: ReactNode };

function StepItem({ step, number, next, children }: StepItemProps) {
  const t = useTranslations('onboarding');

  return (
    <li className="flex gap-3" aria-current={next ? 'step' : undefined}>
      <span
        data-tone={step.done ? 'good' : 'idle'}
        className={clsx(
          'grid size-6 shrink-0 place-items-center rounded-full border text-xs font-semibold',
          step.done
            ? 'border-tone-line bg-tone-soft text-tone'
            : next
              ? 'border-accent bg-accent text-accent-text'
              : 'border-line-strong text-muted',
        )}
      >
        {step.done ? <Check role="img" aria-label={t('done')} className="size-3.5" /> : number}
      </span>
      <div className="flex min-w-0 flex-col gap-0.5">
        <h3 className={clsx('text-sm font-medium', step.done && 'text-muted')}>
          {t(`${step.key}.title`)}
        </h3>
        <p className="text-sm text-muted">{t(`${step.key}.text`)}</p>
        {!step.done && children}
      </div>
    </li>
  );
}

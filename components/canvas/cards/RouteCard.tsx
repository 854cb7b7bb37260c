'use client';

import { clsx } from 'clsx';
import { useTranslations } from 'next-intl';
import { DEFAULT_BRANCH } from '#engine/definition.ts';
import { ROUTE_HEADER, ROUTE_ROW } from '../kinds/route-size.ts';
import { casesOf, textOf } from '../read.ts';
import { CardIcon, CardSigns, CardTitle } from './CardTitle.tsx';
import { RunLine } from './RunLine.tsx';
import type { CardProps } from './card.ts';

/** A title, and one row for every way out, at whose end its port sits. */
export function RouteCard({ node, Icon, tone, exits, run, marks }: CardProps) {
  const t = useTranslations('designer.canvas');
  const cases = casesOf(node);

  return (
    <div>
      <div className="flex items-center gap-2 px-2.5" style={{ height: ROUTE_HEADER }}>
        <CardIcon Icon={Icon} tone={tone} run={run} />
        <div className="flex min-w-0 flex-1 flex-col">
          <span className="flex min-w-0 items-center gap-1.5">
            <CardTitle node={node} />
            <CardSigns node={node} marks={marks} />
          </span>
          {run === undefined ? (
            <span className="truncate text-2xs text-muted">
              {node.mode === 'all' ? t('modeAll') : t('modeFirst')}
            </span>
          ) : (
            <RunLine run={run} />
          )}
        </div>
      </div>
      <ul className="border-t">
        {exits.map((exit) => (
          <li
            key={exit.branch ?? ''}
            className="flex items-center gap-2 px-2.5 text-xs"
            style={{ height: ROUTE_ROW }}
          >
            <span
              data-tone={exit.known ? undefined : 'bad'}
              className={clsx(
                'max-w-1/2 shrink-0 truncate font-medium',
                exit.known ? 'text-text' : 'text-tone',
              )}
            >
              {exit.label ?? (exit.branch === DEFAULT_BRANCH ? t('defaultBranch') : t('noBranch'))}
            </span>
            <span className="mono ml-auto min-w-0 truncate text-2xs text-faint">
              {textOf(cases.find((entry) => entry.key === exit.branch)?.when)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

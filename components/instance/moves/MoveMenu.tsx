'use client';

import type { LucideIcon } from 'lucide-react';
import {
  ArrowUpNarrowWide,
  Braces,
  ChevronDown,
  FastForward,
  GitCompareArrows,
  RefreshCw,
  StepForward,
} from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { InstanceDetail } from '#api/types.ts';
import { Button } from '../../ui/Button.tsx';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '../../ui/Menu.tsx';
import { ContextDialog } from './ContextDialog.tsx';
import { PriorityDialog } from './PriorityDialog.tsx';
import { RerunDialog } from './RerunDialog.tsx';
import { RestartDialog } from './RestartDialog.tsx';
import { SimpleDialog } from './SimpleDialog.tsx';
import { isAllowed, isPutOff } from './table.ts';
import { VersionDialog } from './VersionDialog.tsx';

/** The moves that have no button of their own. */
const MORE = {
  restart: StepForward,
  rerun: RefreshCw,
  'run-now': FastForward,
  'change-priority': ArrowUpNarrowWide,
  'edit-context': Braces,
  'change-version': GitCompareArrows,
} as const satisfies Record<string, LucideIcon>;

type More = keyof typeof MORE;

/** All of them in every state: what does not apply says why. */
export function MoveMenu({ instance }: { instance: InstanceDetail }) {
  const t = useTranslations('moves');
  const [asking, setAsking] = useState<More | null>(null);
  const { status, tasks } = instance;
  const isPossible = (move: More) =>
    isAllowed(move, status) && (move !== 'run-now' || isPutOff(status, tasks));

  return (
    <>
      <Menu>
        <MenuTrigger>
          <Button>
            {t('more')}
            <ChevronDown aria-hidden className="size-3.5" />
          </Button>
        </MenuTrigger>
        <MenuContent>
          {(Object.keys(MORE) as More[]).map((move) => (
            <MenuItem
              key={move}
              icon={MORE[move]}
              unavailable={isPossible(move) ? undefined : t(`not.${move}`)}
              onSelect={() => setAsking(move)}
            >
              {t(`names.${move}`)}
            </MenuItem>
          ))}
        </MenuContent>
      </Menu>
      {asking && <Asked move={asking} instance={instance} onClose={() => setAsking(null)} />}
    </>
  );
}

type AskedProps = { move: More; instance: InstanceDetail; onClose: () => void };

function Asked({ move, instance, onClose }: AskedProps) {
  switch (move) {
    case 'restart':
      return <RestartDialog instance={instance} onClose={onClose} />;
    case 'rerun':
      return <RerunDialog instance={instance} onClose={onClose} />;
    case 'run-now':
      return <SimpleDialog id={instance.id} move="run-now" onClose={onClose} />;
    case 'change-priority':
      return <PriorityDialog instance={instance} onClose={onClose} />;
    case 'edit-context':
      return <ContextDialog instance={instance} onClose={onClose} />;
    case 'change-version':
      return <VersionDialog instance={instance} onClose={onClose} />;
  }
}

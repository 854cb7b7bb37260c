'use client';

import type { LucideIcon } from 'lucide-react';
import { Ban, Pause, Play, RotateCcw } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { InstanceDetail } from '#api/types.ts';
import { Button } from '../ui/Button.tsx';
import { MoveMenu } from './moves/MoveMenu.tsx';
import { SimpleDialog } from './moves/SimpleDialog.tsx';
import { isAllowed } from './moves/table.ts';

/** The moves of every day, as buttons where they apply. */
const EVERYDAY = {
  pause: Pause,
  resume: Play,
  retry: RotateCcw,
  cancel: Ban,
} as const satisfies Record<string, LucideIcon>;

type Everyday = keyof typeof EVERYDAY;

export function InstanceActions({ instance }: { instance: InstanceDetail }) {
  const t = useTranslations('moves.names');
  const [asking, setAsking] = useState<Everyday | null>(null);

  return (
    <>
      {(Object.keys(EVERYDAY) as Everyday[])
        .filter((move) => isAllowed(move, instance.status))
        .map((move) => (
          <Button
            key={move}
            icon={EVERYDAY[move]}
            variant={move === 'cancel' ? 'danger' : move === 'retry' ? 'primary' : 'secondary'}
            onClick={() => setAsking(move)}
          >
            {t(move)}
          </Button>
        ))}
      <MoveMenu instance={instance} />
      {asking && (
        <SimpleDialog key={asking} id={instance.id} move={asking} onClose={() => setAsking(null)} />
      )}
    </>
  );
}

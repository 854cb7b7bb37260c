import type { LucideIcon } from 'lucide-react';
import {
  BellRing,
  CircleCheck,
  CircleX,
  Clock,
  Eye,
  Info,
  OctagonAlert,
  TriangleAlert,
} from 'lucide-react';
import type { Alert, SentMessage } from '#api/types.ts';
import type { Tone } from '../ui/Badge.tsx';

type Face = { readonly tone: Tone; readonly icon: LucideIcon };

export const STATE_FACES: Readonly<Record<Alert['state'], Face>> = {
  firing: { tone: 'bad', icon: BellRing },
  acknowledged: { tone: 'waiting', icon: Eye },
  resolved: { tone: 'good', icon: CircleCheck },
};

export const LEVEL_FACES: Readonly<Record<Alert['level'], Face>> = {
  info: { tone: 'active', icon: Info },
  warning: { tone: 'warn', icon: TriangleAlert },
  critical: { tone: 'bad', icon: OctagonAlert },
};

export const MESSAGE_FACES: Readonly<Record<SentMessage['status'], Face>> = {
  waiting: { tone: 'waiting', icon: Clock },
  sent: { tone: 'good', icon: CircleCheck },
  dead: { tone: 'bad', icon: CircleX },
};

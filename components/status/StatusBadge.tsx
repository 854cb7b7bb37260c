'use client';

import type { AttemptOutcome, InstanceStatus, TaskStatus, VersionStatus } from '#engine/states.ts';
import { clsx } from 'clsx';
import { useTranslations } from 'next-intl';
import { Badge } from '../ui/Badge.tsx';
import { ATTEMPT_FACES, INSTANCE_FACES, TASK_FACES, VERSION_FACES } from './faces.ts';
import type { Face } from './faces.ts';

/** A status is always an icon and a word, never a colour alone. */
function FaceBadge({ face, word }: { face: Face; word: string }) {
  return (
    <Badge tone={face.tone} icon={face.icon} spin={face.spin === true}>
      {word}
    </Badge>
  );
}

export function TaskStatusBadge({ status }: { status: TaskStatus }) {
  const t = useTranslations('status.task');
  return <FaceBadge face={TASK_FACES[status]} word={t(status)} />;
}

export function InstanceStatusBadge({ status }: { status: InstanceStatus }) {
  const t = useTranslations('status.instance');
  return <FaceBadge face={INSTANCE_FACES[status]} word={t(status)} />;
}

export function AttemptBadge({ outcome }: { outcome: AttemptOutcome | null }) {
  const t = useTranslations('status.attempt');
  const key = outcome ?? 'live';
  return <FaceBadge face={ATTEMPT_FACES[key]} word={t(key)} />;
}

export function VersionStatusBadge({ status }: { status: VersionStatus }) {
  const t = useTranslations('status.version');
  return <FaceBadge face={VERSION_FACES[status]} word={t(status)} />;
}

/** The icon alone, for places where the word stands beside it. */
export function FaceIcon({ face, className }: { face: Face; className?: string }) {
  const Icon = face.icon;

  return (
    <Icon
      aria-hidden
      data-tone={face.tone}
      className={clsx(
        'size-4 shrink-0 text-tone',
        face.spin && 'animate-spin [animation-duration:2.4s]',
        className,
      )}
    />
  );
}

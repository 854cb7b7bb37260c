'use client';

import { useQuery } from '@tanstack/react-query';
import { Eye, RefreshCw } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ConfirmMove } from '../query/ConfirmMove.tsx';
import { useProblemText } from '../query/problem_text.ts';
import { Button } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { FieldError } from '../ui/Field.tsx';
import { useRotateSecret } from './moves.ts';
import { endpointSecretsQuery } from './queries.ts';

/** The signing secrets, when somebody wants to see them. */
export function Secrets({ id }: { id: string }) {
  const t = useTranslations('endpoints');
  const problemText = useProblemText();
  const [open, setOpen] = useState(false);
  const [rotating, setRotating] = useState(false);
  const query = useQuery({ ...endpointSecretsQuery(id), enabled: open });
  const rotate = useRotateSecret(id);

  return (
    <div className="flex flex-col items-start gap-2">
      {query.data?.secrets.map((secret, place) => (
        <span key={secret} className="flex max-w-full items-center gap-2">
          <code className="mono min-w-0 rounded-sm bg-sunken px-1.5 break-all">{secret}</code>
          <CopyButton text={secret} label={t('copySecret')} />
          {place > 0 && <span className="text-xs text-muted">{t('oldSecret')}</span>}
        </span>
      ))}
      {query.error !== null && <FieldError>{problemText(query.error)}</FieldError>}
      <span className="flex flex-wrap gap-2">
        {!open && (
          <Button size="sm" icon={Eye} onClick={() => setOpen(true)}>
            {t('showSecret')}
          </Button>
        )}
        <Button size="sm" icon={RefreshCw} onClick={() => setRotating(true)}>
          {t('rotate')}
        </Button>
      </span>
      {rotating && (
        <ConfirmMove
          title={t('rotateTitle')}
          text={t('rotateText')}
          confirmLabel={t('rotate')}
          move={rotate}
          input={undefined}
          done={t('rotated')}
          onDone={() => setOpen(true)}
          onClose={() => setRotating(false)}
        />
      )}
    </div>
  );
}

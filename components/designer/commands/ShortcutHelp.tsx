'use client';

import { useTranslations } from 'next-intl';
import { Dialog, DialogBody } from '../../ui/Dialog.tsx';
import { Kbd } from '../../ui/Kbd.tsx';
import { isMac, keysOf, type Shortcut } from '../editor/shortcut.ts';
import { COMMAND_IDS, specOf } from './commands.ts';

/** Keys that belong to the canvas (components/canvas/useCanvasKeys.ts). */
const CANVAS_KEYS = [
  ['walk', ['arrowleft', 'arrowright', 'arrowup', 'arrowdown']],
  ['extend', ['shift+arrowleft', 'shift+arrowright']],
  ['nudge', ['alt+arrowup']],
  ['openNode', ['enter']],
  ['boxSelect', []],
] as const satisfies readonly (readonly [string, readonly Shortcut[]])[];

export function ShortcutHelp({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const t = useTranslations('designer');

  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('help.title')} width="md">
      <DialogBody>
        <dl className="grid grid-cols-[max-content_1fr] items-center gap-x-4 gap-y-1.5 text-sm sm:grid-cols-[max-content_1fr_max-content_1fr]">
          {COMMAND_IDS.map((id) => (
            <Row key={id} shortcuts={specOf(id).keys} text={t(`commands.${id}`)} />
          ))}
          {CANVAS_KEYS.map(([id, keys]) => (
            <Row key={id} shortcuts={keys} text={t(`help.${id}`)} />
          ))}
        </dl>
      </DialogBody>
    </Dialog>
  );
}

function Row({ shortcuts, text }: { shortcuts: readonly Shortcut[]; text: string }) {
  const t = useTranslations('designer.help');
  const mac = isMac();

  return (
    <>
      <dt className="flex flex-wrap gap-1">
        {shortcuts.length === 0 && <Kbd>{t('shiftDrag')}</Kbd>}
        {shortcuts.map((shortcut) => (
          <span key={shortcut} className="flex gap-0.5">
            {keysOf(shortcut, mac).map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
          </span>
        ))}
      </dt>
      <dd>{text}</dd>
    </>
  );
}

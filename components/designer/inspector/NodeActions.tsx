'use client';

import { Copy, Files, Power, PowerOff, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { GraphNode } from '../../canvas/graph.ts';
import { IconButton } from '../../ui/Button.tsx';
import { useCommand } from '../commands/context.ts';
import { useEditable } from '../editor/context.ts';

/** What can be done with the selected nodes, as buttons: the same commands as the keys. */
export function NodeActions({ nodes }: { nodes: readonly GraphNode[] }) {
  const t = useTranslations('designer');
  const editable = useEditable();
  const copy = useCommand('copy');
  const duplicate = useCommand('duplicate');
  const toggle = useCommand('toggle');
  const remove = useCommand('delete');
  const allDisabled = nodes.every((node) => node.disabled === true);

  return (
    <div role="toolbar" aria-label={t('inspector.nodeActions')} className="flex gap-1 px-3 py-2">
      <IconButton
        size="sm"
        icon={Copy}
        label={t('commands.copy')}
        hint={copy.hint}
        onClick={copy.run}
      />
      {editable && (
        <>
          <IconButton
            size="sm"
            icon={Files}
            label={t('commands.duplicate')}
            hint={duplicate.hint}
            onClick={duplicate.run}
          />
          <IconButton
            size="sm"
            icon={allDisabled ? Power : PowerOff}
            label={allDisabled ? t('commands.enable') : t('commands.disable')}
            hint={toggle.hint}
            onClick={toggle.run}
          />
          <IconButton
            size="sm"
            icon={Trash2}
            label={t('commands.delete')}
            hint={remove.hint}
            onClick={remove.run}
          />
        </>
      )}
    </div>
  );
}

'use client';

import { Workflow } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { NODE_KINDS } from '../../canvas/kinds/registry.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/states.tsx';
import type { Canvas } from '../../canvas/useCanvas.ts';
import { useEditable, useEditor } from '../editor/context.ts';
import type { Fragment } from '../model/fragment.ts';

/** The smallest pipeline that can be published once a work is chosen. */
const FIRST: Fragment = {
  nodes: [
    NODE_KINDS.start.create('start'),
    NODE_KINDS.task.create('task'),
    NODE_KINDS.end.create('end'),
  ],
  edges: [
    { from: 'start', to: 'task' },
    { from: 'task', to: 'end' },
  ],
  layout: { start: { x: 0, y: 20 }, task: { x: 240, y: 0 }, end: { x: 580, y: 20 } },
};

export function EmptyHint({ canvas }: { canvas: Canvas }) {
  const t = useTranslations('designer.empty');
  const editor = useEditor();
  const editable = useEditable();

  function begin() {
    editor.run({ type: 'insert', fragment: FIRST, how: 'paste', at: { x: 0, y: 0 } });
    editor.selectNodes('task');
    requestAnimationFrame(canvas.fit);
  }

  return (
    <div className="pointer-events-none absolute inset-0 z-10 grid place-items-center">
      <EmptyState
        icon={Workflow}
        title={t('title')}
        className="pointer-events-auto"
        action={
          editable && (
            <Button variant="primary" onClick={begin}>
              {t('begin')}
            </Button>
          )
        }
      >
        {editable ? t('text') : t('readOnly')}
      </EmptyState>
    </div>
  );
}

'use client';

import { useTranslations } from 'next-intl';
import { useEffect, useMemo, useState } from 'react';
import type { Workflow } from '#api/types.ts';
import { edgeId } from '../canvas/graph.ts';
import { useCanvas } from '../canvas/useCanvas.ts';
import { LocalCopyBanner } from './autosave/LocalCopyBanner.tsx';
import { useLeaveGuard } from './autosave/useLeaveGuard.ts';
import { AddMenu } from './canvas/AddMenu.tsx';
import { CanvasView } from './canvas/CanvasView.tsx';
import { FindNode } from './canvas/FindNode.tsx';
import { Palette } from './canvas/Palette.tsx';
import { CommandsContext, UiContext, type Adding, type Ui } from './commands/context.ts';
import { ShortcutHelp } from './commands/ShortcutHelp.tsx';
import { useClipboard } from './commands/useClipboard.ts';
import { useCommandKeys } from './commands/useCommandKeys.ts';
import { useCommandRuns } from './commands/useCommandRuns.ts';
import { useEditable, useEditor, useEditorState } from './editor/context.ts';
import { Inspector } from './inspector/Inspector.tsx';
import { JsonView } from './json/JsonView.tsx';
import { present } from './model/history.ts';
import { OutlineView } from './outline/OutlineView.tsx';
import { ProblemsPanel } from './problems/ProblemsPanel.tsx';
import { ProblemsProvider } from './problems/ProblemsProvider.tsx';
import { PublishDialog } from './publish/PublishDialog.tsx';
import { SimulationProvider, useSimulation } from './simulate/context.tsx';
import { SimulatePanel } from './simulate/SimulatePanel.tsx';
import { ConflictBanner } from './top/ConflictBanner.tsx';
import { TopBar } from './top/TopBar.tsx';
import { RunDialog } from '../workflow/run/RunDialog.tsx';
import { useAddress } from './useAddress.ts';
import { useLabelText } from './words.ts';

type EditorScreenProps = { workflow: Workflow; mayEdit: boolean };

export function EditorScreen(props: EditorScreenProps) {
  return (
    <SimulationProvider>
      <Screen {...props} />
    </SimulationProvider>
  );
}

/** The editor's page: bar, palette, the draft in one of its views, the form of what is selected, and what is wrong. */
function Screen({ workflow, mayEdit }: EditorScreenProps) {
  const t = useTranslations('designer.small');
  const editor = useEditor();
  const editable = useEditable();
  const canvas = useCanvas();
  const { view, setView } = useAddress(editor);
  const [dialog, setDialog] = useState<'publish' | 'help' | null>(null);
  const [running, setRunning] = useState<number | null>(null);
  const [finding, setFinding] = useState(false);
  const [adding, setAdding] = useState<Adding | null>(null);
  const { toggle: toggleSimulation } = useSimulation();
  const [showsProblems, setShowsProblems] = useState(false);
  const [typed, setTyped] = useState<string | null>(null);

  const ui = useMemo((): Ui => {
    // A node that was just added is in the document only after the next paint.
    const reveal = (key: string) =>
      requestAnimationFrame(() => {
        if (view === 'outline') outlineRow(key)?.focus();
        else canvas.reveal(key);
      });

    return {
      view,
      setView,
      open: (what) => {
        if (what === 'find') setFinding(true);
        else if (what === 'simulate') toggleSimulation();
        else setDialog(what);
      },
      ask: setAdding,
      addBetween: (edge) => {
        const line = window.document.querySelector(
          `.react-flow__edge[data-id="${CSS.escape(edgeId(edge))}"]`,
        );
        const box = line?.getBoundingClientRect();
        const screen = {
          x: (box?.left ?? window.innerWidth / 2) + (box?.width ?? 0) / 2,
          y: (box?.top ?? window.innerHeight / 2) + (box?.height ?? 0) / 2,
        };
        setAdding({ place: { screen, canvas: canvas.centre() }, between: edge });
      },
      reveal: (key) => {
        if (view === 'json') setView('canvas');
        reveal(key);
      },
    };
  }, [view, setView, canvas, toggleSimulation]);

  const runs = useCommandRuns(editor, canvas, ui);
  useCommandKeys(runs, editable);
  useClipboard(editor, canvas, editable);
  useLeaveGuard(editor);
  useSealOnLeave(editor.seal);

  return (
    <UiContext value={ui}>
      <CommandsContext value={runs}>
        <ProblemsProvider>
          <div className="flex h-dvh flex-col">
            <TopBar name={workflow.name} />
            <ConflictBanner />
            {editable && <LocalCopyBanner />}
            {mayEdit && !editable && (
              <p className="border-b bg-sunken px-4 py-1.5 text-xs text-muted">{t('text')}</p>
            )}
            <div className="flex min-h-0 flex-1">
              {editable && view !== 'json' && <Palette canvas={canvas} />}
              <main className="relative flex min-w-0 flex-1 flex-col">
                {view === 'canvas' && <CanvasView canvas={canvas} />}
                {view === 'outline' && <OutlineView />}
                {view === 'json' && <JsonView typed={typed} onType={setTyped} />}
                {finding && <FindNode onClose={() => setFinding(false)} />}
                <SimulatePanel />
                <ProblemsPanel open={showsProblems} onOpenChange={setShowsProblems} />
              </main>
              {view !== 'json' && (
                <div className="flex w-88 shrink-0 flex-col border-l max-md:hidden [&>section]:flex-1">
                  <Inspector />
                </div>
              )}
            </div>
          </div>
          {adding !== null && (
            <AddMenu
              adding={adding}
              onClose={() => setAdding(null)}
              onAdded={() => {
                const [added] = editor.store.getState().selection.nodes;
                if (added !== undefined) ui.reveal(added);
              }}
            />
          )}
          <PublishDialog
            workflow={workflow}
            open={dialog === 'publish'}
            onOpenChange={(open) => setDialog(open ? 'publish' : null)}
            onRun={(version) => {
              setDialog(null);
              setRunning(version);
            }}
          />
          <RunDialog
            workflow={{ ...workflow, publishedVersion: running ?? workflow.publishedVersion }}
            open={running !== null}
            onOpenChange={(open) => !open && setRunning(null)}
          />
          <ShortcutHelp
            open={dialog === 'help'}
            onOpenChange={(open) => setDialog(open ? 'help' : null)}
          />
          <Announcer />
        </ProblemsProvider>
      </CommandsContext>
    </UiContext>
  );
}

function outlineRow(key: string): HTMLElement | null {
  return document.querySelector(`[data-outline="${CSS.escape(key)}"]`);
}

/** What is typed into one field is one step to undo, until the field is left. */
function useSealOnLeave(seal: () => void): void {
  useEffect(() => {
    document.addEventListener('focusout', seal);
    return () => document.removeEventListener('focusout', seal);
  }, [seal]);
}

/** Says what was done, for those who do not see the canvas. */
function Announcer() {
  const labelText = useLabelText();
  const label = useEditorState(({ history }) => history.entries[history.at]?.label);
  const count = useEditorState(({ history }) => present(history).nodes.length);

  return (
    <p role="log" aria-live="polite" data-nodes={count} className="sr-only">
      {label === undefined || label.name === 'opened' ? '' : labelText(label)}
    </p>
  );
}

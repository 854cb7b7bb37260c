'use client';

import {
  createContext,
  useCallback,
  useContext,
  useDeferredValue,
  useMemo,
  useState,
  type ReactNode,
} from 'react';
import type { Json } from '#engine/json.ts';
import { compilePlan } from '#engine/plan/compile.ts';
import type { Simulated } from '#engine/simulate/answer.ts';
import type { SimulatedOutcome } from '#engine/simulate/request.ts';
import { simulate } from '#engine/simulate/simulate.ts';
import { validateDefinition } from '#engine/validate.ts';
import type { NodeRun } from '../../canvas/cards/card.ts';
import { useDocument } from '../editor/context.ts';
import { toDraft } from '../model/document.ts';
import { momentsOf, runsAt } from './moment.ts';

export type Simulating = {
  readonly open: boolean;
  readonly toggle: () => void;
  /** Null: the draft, or the input, cannot be run as it is. */
  readonly answer: Simulated | null;
  readonly inputText: string;
  readonly setInputText: (text: string) => void;
  readonly inputIsJson: boolean;
  readonly outcomes: Readonly<Record<string, SimulatedOutcome>>;
  readonly choose: (node: string, outcome: SimulatedOutcome) => void;
  readonly moments: readonly number[];
  /** Place among the moments; the last unless another was chosen. */
  readonly at: number;
  readonly setAt: (at: number) => void;
  /** How the nodes stand at that moment, for the canvas. */
  readonly runs: Readonly<Record<string, NodeRun>> | undefined;
};

const SimulationContext = createContext<Simulating | null>(null);

export function useSimulation(): Simulating {
  const simulation = useContext(SimulationContext);
  if (simulation === null) throw new Error('useSimulation needs a SimulationProvider above it');
  return simulation;
}

/** Works and workflows of others do not matter here: what they would do is chosen. */
const NOTHING_KNOWN = { works: null };

const AT_ONCE: readonly number[] = [0];

/** Runs the draft on a virtual clock while its panel is open, again after every change. Nothing leaves the browser. */
export function SimulationProvider({ children }: { children: ReactNode }) {
  // Dragging and typing come first.
  const document = useDeferredValue(useDocument());
  const [begin] = useState(() => Date.now());
  const [open, setOpen] = useState(false);
  const [inputText, setInputText] = useState('{}');
  const [outcomes, setOutcomes] = useState<Simulating['outcomes']>({});
  const [chosen, setAt] = useState<number | null>(null);
  const input = useMemo(() => parseJson(inputText), [inputText]);

  const answer = useMemo(() => {
    if (!open || input === undefined) return null;
    const { definition } = validateDefinition(toDraft(document), NOTHING_KNOWN);
    return definition === null
      ? null
      : simulate(compilePlan(definition), { input, outcomes }, begin);
  }, [open, document, input, outcomes, begin]);
  const moments = useMemo(() => (answer === null ? AT_ONCE : momentsOf(answer)), [answer]);
  const at = Math.min(chosen ?? moments.length - 1, moments.length - 1);
  const runs = useMemo(
    () => (answer === null ? undefined : runsAt(answer, moments[at] ?? 0, begin)),
    [answer, moments, at, begin],
  );

  const choose = useCallback((node: string, outcome: SimulatedOutcome) => {
    setOutcomes((before) => ({ ...before, [node]: outcome }));
  }, []);
  const toggle = useCallback(() => setOpen((before) => !before), []);

  const value = useMemo(
    (): Simulating => ({
      open,
      toggle,
      answer,
      inputText,
      setInputText,
      inputIsJson: input !== undefined,
      outcomes,
      choose,
      moments,
      at,
      setAt,
      runs,
    }),
    [open, toggle, answer, inputText, input, outcomes, choose, moments, at, runs],
  );

  return <SimulationContext value={value}>{children}</SimulationContext>;
}

/** Undefined: it is none. */
function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/**
 * When the draft is written to the server. Pure: `step` takes what happened and says what to do; `Autosave` (autosave.ts) does it.
 *
 *                        edited                 due | flush
 *     saved ------------------------> waiting ---------------> saving --- saved --------> saved, or waiting if edited meanwhile
 *       ^        (undone to what is saved)  |                    |  |
 *       +-----------------------------------+                    |  +--- unreachable ---> retrying --- due | flush | online --> saving
 *       |                                                        |  +--- refused -------> refused ---- edited | flush --------> ...
 *       +---- theirs taken ---- conflict <------ conflict -------+
 *                                   +---- mine kept -----> saving
 *
 * - A tab in which nobody edits never writes: only `edited` leads out of `saved`.
 * - One request at a time, and it carries the ETag that is the newest when it is sent, not when the edit was made.
 * - "Saved" is said only after the server has said so.
 * - A conflict stops all writing until a person decides. What we wrote ourselves, in a request whose answer was lost, is no conflict.
 */
import { toDraft, type Document } from '../model/document.ts';
import { sameJson } from '../model/same.ts';

export const DEBOUNCE_MS = 800;
export const RETRY_MS = [1_000, 2_000, 5_000, 10_000, 30_000] as const;

/** What somebody else has saved in the meantime. */
export type Theirs = {
  /** Null: the draft was thrown away, and no version is there either. */
  readonly etag: string | null;
  readonly definition: unknown;
  readonly updatedBy: string | null;
  readonly updatedAt: string | null;
};

export type Autosave = {
  readonly phase: 'saved' | 'waiting' | 'saving' | 'retrying' | 'refused' | 'conflict';
  /** What the next request is conditional on; null: there is nothing on the server yet. */
  readonly etag: string | null;
  /** What the server has, as far as we know. */
  readonly saved: Document;
  readonly savedAt: number | null;
  /** On its way to the server. */
  readonly sending: Document | null;
  /** Newer than what was sent. */
  readonly unsaved: Document | null;
  /** Sent, but the answer was lost: the server may have these. */
  readonly doubtful: readonly Document[];
  /** Write the rest as soon as the answer is here. */
  readonly hurry: boolean;
  readonly failures: number;
  /** Why the last try came to nothing. */
  readonly because: Error | null;
  readonly theirs: Theirs | null;
};

export type SaveAnswer =
  | { readonly outcome: 'saved'; readonly etag: string }
  | { readonly outcome: 'conflict'; readonly theirs: Theirs }
  /** May pass: no network, 5xx, 429. */
  | { readonly outcome: 'unreachable'; readonly error: Error }
  /** Will not pass by itself: forbidden, too large. */
  | { readonly outcome: 'refused'; readonly error: Error };

export type AutosaveEvent =
  | { readonly type: 'edited'; readonly document: Document }
  | { readonly type: 'due' | 'flush' | 'online' | 'keepMine' }
  | { readonly type: 'answered'; readonly answer: SaveAnswer; readonly at: number }
  | { readonly type: 'tookTheirs'; readonly document: Document }
  /** The same content has another ETag now: it was published. */
  | { readonly type: 'rebased'; readonly etag: string | null };

export type AutosaveEffect =
  | { readonly type: 'send'; readonly document: Document; readonly etag: string | null }
  | { readonly type: 'wake'; readonly afterMs: number }
  | { readonly type: 'forget' };

export type Step = { readonly state: Autosave; readonly effects: readonly AutosaveEffect[] };

export function startAutosave(document: Document, etag: string | null): Autosave {
  return {
    phase: 'saved',
    etag,
    saved: document,
    savedAt: null,
    sending: null,
    unsaved: null,
    doubtful: [],
    hurry: false,
    failures: 0,
    because: null,
    theirs: null,
  };
}

export function hasUnsaved(state: Autosave): boolean {
  return state.phase !== 'saved';
}

export function step(state: Autosave, event: AutosaveEvent): Step {
  switch (event.type) {
    case 'edited':
      return edited(state, event.document);
    case 'due':
    case 'flush':
      return send(state, event.type === 'flush');
    case 'online':
      return state.phase === 'retrying' ? send(state, false) : stay(state);
    case 'answered':
      return answered(state, event.answer, event.at);
    case 'keepMine':
      return state.phase === 'conflict' && state.theirs !== null
        ? send({ ...state, phase: 'waiting', etag: state.theirs.etag, theirs: null }, false)
        : stay(state);
    case 'tookTheirs':
      return state.theirs === null
        ? stay(state)
        : {
            state: { ...startAutosave(event.document, state.theirs.etag), savedAt: state.savedAt },
            effects: [{ type: 'forget' }],
          };
    case 'rebased':
      return stay({ ...state, etag: event.etag });
  }
}

function edited(state: Autosave, document: Document): Step {
  switch (state.phase) {
    case 'saving':
      return stay({ ...state, unsaved: document === state.sending ? null : document });
    case 'retrying':
    case 'conflict':
      return stay({ ...state, unsaved: document });
    case 'saved':
    case 'waiting':
    case 'refused':
      return document === state.saved && state.doubtful.length === 0
        ? settle(state)
        : {
            state: { ...state, phase: 'waiting', unsaved: document },
            effects: [{ type: 'wake', afterMs: DEBOUNCE_MS }],
          };
  }
}

/** Undone to what the server has: nothing to write. */
function settle(state: Autosave): Step {
  return {
    state: { ...state, phase: 'saved', unsaved: null, failures: 0, because: null },
    effects: [{ type: 'forget' }],
  };
}

function send(state: Autosave, hurry: boolean): Step {
  if (state.phase === 'saving') return stay({ ...state, hurry: state.hurry || hurry });
  if (state.phase === 'conflict' || state.unsaved === null) return stay(state);

  return {
    state: { ...state, phase: 'saving', sending: state.unsaved, unsaved: null, hurry: false },
    effects: [{ type: 'forget' }, { type: 'send', document: state.unsaved, etag: state.etag }],
  };
}

function answered(state: Autosave, answer: SaveAnswer, at: number): Step {
  const { sending } = state;
  if (state.phase !== 'saving' || sending === null) return stay(state);

  const unsaved = state.unsaved ?? sending;

  switch (answer.outcome) {
    case 'saved': {
      const after: Autosave = {
        ...state,
        phase: state.unsaved === null ? 'saved' : 'waiting',
        etag: answer.etag,
        saved: sending,
        savedAt: at,
        sending: null,
        doubtful: [],
        failures: 0,
        because: null,
      };

      if (state.unsaved === null) return stay({ ...after, hurry: false });
      if (state.hurry) return send(after, false);
      return { state: after, effects: [{ type: 'wake', afterMs: DEBOUNCE_MS }] };
    }

    case 'conflict': {
      const { etag, definition } = answer.theirs;
      const ours = state.doubtful.some((document) => sameJson(toDraft(document), definition));

      return ours
        ? send({ ...state, phase: 'waiting', etag, sending: null, unsaved, doubtful: [] }, false)
        : stay({ ...state, phase: 'conflict', sending: null, unsaved, theirs: answer.theirs });
    }

    case 'unreachable': {
      const afterMs = RETRY_MS[Math.min(state.failures, RETRY_MS.length - 1)] ?? RETRY_MS[0];
      const failures = state.failures + 1;

      return {
        state: {
          ...state,
          phase: 'retrying',
          sending: null,
          unsaved,
          doubtful: [...state.doubtful, sending],
          failures,
          because: answer.error,
        },
        effects: [{ type: 'wake', afterMs }],
      };
    }

    case 'refused':
      return stay({ ...state, phase: 'refused', sending: null, unsaved, because: answer.error });
  }
}

function stay(state: Autosave): Step {
  return { state, effects: [] };
}

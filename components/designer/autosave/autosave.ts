import type { Document } from '../model/document.ts';
import {
  startAutosave,
  step,
  type Autosave,
  type AutosaveEvent,
  type SaveAnswer,
} from './machine.ts';

export type AutosavePorts = {
  /** Never rejects. */
  readonly save: (document: Document, etag: string | null) => Promise<SaveAnswer>;
  /** Calls back later; the answer calls it off. */
  readonly schedule: (callback: () => void, ms: number) => () => void;
  readonly clock: () => number;
};

/** Runs the machine: carries out its effects and tells its listeners. Has the shape that `useSyncExternalStore` wants. */
export class AutosaveRunner {
  readonly #ports: AutosavePorts;
  readonly #listeners = new Set<() => void>();
  #state: Autosave;
  #callOff: (() => void) | undefined;

  constructor(document: Document, etag: string | null, ports: AutosavePorts) {
    this.#ports = ports;
    this.#state = startAutosave(document, etag);
  }

  readonly state = (): Autosave => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly happened = (event: AutosaveEvent): void => {
    const { state, effects } = step(this.#state, event);
    const changed = state !== this.#state;
    this.#state = state;

    for (const effect of effects) {
      switch (effect.type) {
        case 'forget':
          this.#callOff?.();
          this.#callOff = undefined;
          break;
        case 'wake':
          this.#callOff?.();
          this.#callOff = this.#ports.schedule(
            () => this.happened({ type: 'due' }),
            effect.afterMs,
          );
          break;
        case 'send':
          void this.#send(effect.document, effect.etag);
          break;
      }
    }

    if (changed) {
      for (const listener of this.#listeners) listener();
    }
  };

  /** Writes what is unsaved at once. Resolves when nothing is under way any more; true if everything is on the server. */
  async flush(): Promise<boolean> {
    this.happened({ type: 'flush' });

    while (this.#state.phase === 'saving') {
      await this.#nextChange();
    }

    return this.#state.phase === 'saved';
  }

  stop(): void {
    this.#callOff?.();
    this.#listeners.clear();
  }

  async #send(document: Document, etag: string | null): Promise<void> {
    const answer = await this.#ports.save(document, etag);
    this.happened({ type: 'answered', answer, at: this.#ports.clock() });
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      const unsubscribe = this.subscribe(() => {
        unsubscribe();
        resolve();
      });
    });
  }
}

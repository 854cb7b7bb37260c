/** What every importer makes of a document of another system. */
import type { Definition, RetryPolicy, Timeouts } from '../definition.ts';
import type { Problem } from '../problem.ts';
import type { NotCarried } from './notes.ts';

export type ImportedWork = {
  readonly key: string;
  readonly name?: string;
  readonly description?: string;
  readonly timeouts?: Timeouts;
  readonly retry?: RetryPolicy;
  readonly maxConcurrent?: number;
  readonly rate?: { readonly limit: number; readonly perSeconds: number };
};

export type Imported = {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly settings: { readonly maxRunning?: number; readonly order?: 'fifo' | 'lifo' };
  readonly definition: Definition;
  readonly works: readonly ImportedWork[];
  readonly notCarried: readonly NotCarried[];
};

export type ImportResult = Imported | { readonly problems: readonly Problem[] };

import type { JsonObject } from '../json.ts';
import type { AddressGuard } from '../outbound/address.ts';

/** What the project holds besides the definition. */
export type Known = {
  /** Its works; null: do not check them. */
  readonly works: ReadonlySet<string> | null;
  /** The JSON Schemas of what its works answer, where they have one. */
  readonly outputSchemas?: ReadonlyMap<string, JsonObject> | undefined;
  /** Its workflows, as far as the definition leads to them; absent: do not check them. */
  readonly workflows?: KnownWorkflows | undefined;
  /** What requests may reach; absent: it is not known here, as in a browser. */
  readonly guard?: AddressGuard | undefined;
};

export type KnownWorkflow = {
  /** Those that may be run: published, not retired. */
  readonly versions: ReadonlySet<number>;
  /** The one that runs unless another is named. */
  readonly publishedVersion: number | null;
  /** Keys of the workflows that its versions in use run as children. */
  readonly runs: readonly string[];
};

export type KnownWorkflows = {
  /** The workflow whose definition is checked; null if it is none yet. */
  readonly own: string | null;
  /** By key: every workflow that the definition names, and all that those lead to. */
  readonly byKey: ReadonlyMap<string, KnownWorkflow>;
};

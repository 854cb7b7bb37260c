/** Every function that an expression may call, by name, for completion. */
import { BUILT_IN_FUNCTIONS } from './built_in.ts';
import { FUNCTIONS, type CelFunction } from './functions.ts';

export type FunctionEntry = Pick<CelFunction, 'name' | 'signatures' | 'description' | 'example'>;

export const ALL_FUNCTIONS: readonly FunctionEntry[] = [...FUNCTIONS, ...BUILT_IN_FUNCTIONS]
  .map(({ name, signatures, description, example }) => ({ name, signatures, description, example }))
  .toSorted((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));

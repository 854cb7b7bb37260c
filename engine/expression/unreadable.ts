/**
 * Names that have a meaning for every JavaScript object, so that cel-js keeps away from them: no expression could read `tasks.<key>`, and
 * the objects that it makes would lack members of these names, in silence.
 */
export const UNREADABLE_KEYS: ReadonlySet<string> = new Set([
  '__proto__',
  'constructor',
  'prototype',
]);

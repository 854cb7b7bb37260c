/** What the expressions of a definition may name. A mark that one of them names must stay in the plan, so this rather says too much. */
import type { Definition } from '../definition.ts';

/** Every word of every text that speaks of `tasks`; a text with an escape in it could spell any word, so it yields null: all keys. */
export function mentionedKeys(definition: Definition): ReadonlySet<string> | null {
  const words = new Set<string>();

  for (const text of textsOf(definition)) {
    if (text.includes('tasks')) {
      if (text.includes('\\')) {
        return null;
      }
      for (const [word] of text.matchAll(/[A-Za-z_][A-Za-z0-9_]*/g)) {
        words.add(word);
      }
    }
  }
  return words;
}

function textsOf({ nodes, output }: Definition): string[] {
  const open: unknown[] = [nodes, output];
  const texts: string[] = [];

  for (const value of open) {
    if (typeof value === 'string') {
      texts.push(value);
    } else if (typeof value === 'object' && value !== null) {
      open.push(...(Object.values(value) as unknown[]));
    }
  }
  return texts;
}

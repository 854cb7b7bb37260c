import { createSandbox, type Sandbox } from './sandbox.ts';
import type { ScriptPosition } from './source.ts';

let sandbox: Promise<Sandbox> | null = null;

/** Where a text is not the body of a function that the sandbox can run; null if it is. Runs nothing of it. */
export async function checkScript(script: string): Promise<ScriptPosition | null> {
  sandbox ??= createSandbox();
  const used = await sandbox;
  const problem = used.check(script);

  if (used.isWorn()) {
    sandbox = null;
  }
  return problem;
}

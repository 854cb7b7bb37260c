import { createSandbox, type Sandbox } from './sandbox.ts';
import type { ScriptPosition } from './source.ts';

/** Of a text of 64 KB at most. */
const CHECK_MB = 32;

let sandbox: Promise<Sandbox> | null = null;

/** Where a text is not the body of a function that the sandbox can run; null if it is. Runs nothing of it. */
export async function checkScript(script: string): Promise<ScriptPosition | null> {
  sandbox ??= createSandbox(CHECK_MB);
  const used = await sandbox;
  const problem = used.check(script);

  if (used.isWorn()) {
    sandbox = null;
  }
  return problem;
}

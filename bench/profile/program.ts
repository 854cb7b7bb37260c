import type { ChildProcess } from 'node:child_process';
import { profileFile } from './summary.ts';

export type ProfileOrder = { readonly profile: 'start' | 'stop'; readonly file: string };

/** Profiles a product process that was started with `preload.ts`; ends with the name of the file that holds the profile. */
export async function profileProgram(
  child: ChildProcess,
  name: string,
): Promise<() => Promise<string>> {
  const file = profileFile(name);
  await order(child, { profile: 'start', file });

  return async () => {
    await order(child, { profile: 'stop', file });
    return file;
  };
}

async function order(child: ChildProcess, message: ProfileOrder): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onMessage = (answer: unknown): void => {
      if (typeof answer === 'object' && answer !== null && 'profiled' in answer) {
        child.off('message', onMessage);
        resolve();
      }
    };
    child.on('message', onMessage);
    child.send(message, (error) => error && reject(error));
  });
}

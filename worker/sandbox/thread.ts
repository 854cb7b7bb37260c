/** A thread of the pool: runs one script after another, each in a sandbox of its own. */
import { parentPort } from 'node:worker_threads';
import { createSandbox, type ScriptJob } from '#operations/scripts/sandbox.ts';

if (parentPort === null) {
  throw new Error('worker/sandbox/thread.ts is started as a thread by worker/sandbox/pool.ts');
}
const port = parentPort;
let sandbox = await createSandbox();

port.on('message', (job: ScriptJob) => {
  void runOne(job);
});
port.postMessage('ready');

async function runOne(job: ScriptJob): Promise<void> {
  const outcome = sandbox.run(job);

  if (sandbox.isWorn()) {
    sandbox = await createSandbox();
  }
  port.postMessage(outcome);
}

/** A thread of the pool: runs one script after another, each in a sandbox of its own. */
import { parentPort } from 'node:worker_threads';
import { createSandbox, type Sandbox, type ScriptJob } from '#operations/sandbox/sandbox.ts';

if (parentPort === null) {
  throw new Error('worker/sandbox/thread.ts is started as a thread by worker/sandbox/pool.ts');
}
const port = parentPort;
/** What scripts have if they do not say otherwise. */
const USUAL_MB = 64;

let sandbox: Sandbox = await createSandbox(USUAL_MB);

port.on('message', (job: ScriptJob) => {
  void runOne(job);
});
port.postMessage('ready');

async function runOne(job: ScriptJob): Promise<void> {
  if (sandbox.memoryMb !== job.memoryMb || sandbox.isWorn()) {
    sandbox = await createSandbox(job.memoryMb);
  }
  port.postMessage(sandbox.run(job));
}

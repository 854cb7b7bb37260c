/** Loaded into a product process before its own program, to profile it when it is told to: only the measured time counts. */
import { writeFileSync } from 'node:fs';
import { sampleCpu } from './cpu.ts';
import type { ProfileOrder } from './program.ts';

let stop: Awaited<ReturnType<typeof sampleCpu>> | undefined;

process.on('message', (message: ProfileOrder) => {
  void obey(message);
});
// A listener for messages keeps a process alive as long as its channel; the product's programs end by themselves.
process.channel?.unref();

async function obey({ profile, file }: ProfileOrder): Promise<void> {
  if (profile === 'start') {
    stop = await sampleCpu();
  } else {
    writeFileSync(file, JSON.stringify(await stop?.()));
  }
  process.send?.({ profiled: profile });
}

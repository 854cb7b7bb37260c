/** Where the CPU time of a Node process goes, by V8's sampling profiler. */
import { Session } from 'node:inspector/promises';
import type { Profiler } from 'node:inspector';

const SAMPLE_EVERY_MICROSECONDS = 500;

/** Samples this process until the returned function is called, which answers the profile as `.cpuprofile` files hold it. */
export async function sampleCpu(): Promise<() => Promise<Profiler.Profile>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_MICROSECONDS });
  await session.post('Profiler.start');

  return async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    return profile;
  };
}

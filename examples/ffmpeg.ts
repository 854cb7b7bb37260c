/** Finds ffmpeg and runs it. */
import { spawn, spawnSync } from 'node:child_process';

/** The one on the PATH, else the one that an npm package ships; null: there is none. `LATCHWORK_FFMPEG` names another. */
export async function findFfmpeg(): Promise<string | null> {
  const { LATCHWORK_FFMPEG: named = 'ffmpeg' } = process.env;
  const candidates = [named, await shippedFfmpeg()];

  return candidates.find((one) => one !== null && runs(one)) ?? null;
}

async function shippedFfmpeg(): Promise<string | null> {
  try {
    const { default: installed } = await import('@ffmpeg-installer/ffmpeg');
    return installed.path;
  } catch {
    // Not installed, or not for this platform.
    return null;
  }
}

function runs(program: string): boolean {
  return spawnSync(program, ['-version']).status === 0;
}

/**
 * Runs it and answers what it said; an abort of the signal ends it.
 * @throws Error with the end of what it said, if it failed.
 */
export function runFfmpeg(
  ffmpeg: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  return new Promise((settle, refuse) => {
    const child = spawn(ffmpeg, ['-hide_banner', '-nostdin', '-y', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(signal && { signal, killSignal: 'SIGKILL' }),
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('error', refuse);
    child.once('close', (code) => {
      if (code === 0) settle(said);
      else refuse(new Error(`ffmpeg ended with ${code}: ${said.trim().slice(-500)}`));
    });
  });
}

export type Streams = {
  readonly seconds: number;
  readonly video: boolean;
  readonly audio: boolean;
};

/** What ffmpeg says of a file: it calls it an error that no output is named, but the facts are there. */
export function probe(ffmpeg: string, file: string): Streams {
  const { stderr } = spawnSync(ffmpeg, ['-hide_banner', '-i', file], { encoding: 'utf8' });
  const [, hours, minutes, seconds] = /Duration: (\d+):(\d+):([\d.]+)/.exec(stderr) ?? [];
  if (seconds === undefined) throw new Error(`ffmpeg cannot read ${file}`);

  return {
    seconds: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
    video: /Stream #.*Video:/.test(stderr),
    audio: /Stream #.*Audio:/.test(stderr),
  };
}

/** A test picture that moves and a tone, as long as asked for. */
export async function makeTestVideo(ffmpeg: string, file: string, seconds: number): Promise<void> {
  const picture = `testsrc2=size=320x180:rate=10:duration=${seconds}`;
  const tone = `sine=frequency=440:duration=${seconds}`;
  const sources = ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', tone];

  await runFfmpeg(ffmpeg, [...sources, '-c:v', 'mpeg4', '-g', '10', '-c:a', 'aac', file]);
}

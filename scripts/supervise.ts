/**
 * Keeps a program running: web, worker, the sample's worker. One that dies is started again, at once the first time and then after
 * longer and longer pauses; one that dies again and again before it ever worked is reported with its last words.
 *
 * A program says `ready` over its channel when it works. It ends by itself when the channel closes, so that a supervisor that is killed
 * outright leaves nothing behind.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { LogFile } from './log_file.ts';

export type Program = {
  readonly name: string;
  /** What Node is called with: the entry file, after options of Node's own. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How long it may take to stop when asked to, before it is killed. */
  readonly stopSeconds: number;
  readonly log: LogFile;
  /** Called with what a person at the terminal should see: restarts, warnings, errors, and what is no log line at all. */
  readonly onWord: (line: string) => void;
  /** What it says on stdout beside its log is for developers only: not for the terminal. */
  readonly quiet: boolean;
};

export type Supervised = {
  /** Settles when the program works for the first time; rejects when it does not come to that. */
  readonly ready: Promise<void>;
  readonly pid: () => number | undefined;
  restart(): void;
  stop(): Promise<void>;
  /** At once, when a person has no patience left. */
  kill(): void;
};

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** After this long its next death counts as the first again. */
const STEADY_MS = 10_000;
const DEATHS_BEFORE_READY = 3;
const LAST_WORDS = 30;

export function supervise(program: Program): Supervised {
  const ready = Promise.withResolvers<void>();
  const lastWords: string[] = [];
  let child: ChildProcess | undefined;
  let deaths = 0;
  let worked = false;
  let stopping = false;
  let restarting = false;
  let pause: NodeJS.Timeout | undefined;

  const start = (): void => {
    const begun = Date.now();
    child = launch(program, (line) => {
      lastWords.push(line);
      if (lastWords.length > LAST_WORDS) lastWords.shift();
    });
    child.on('message', (message) => {
      if (message !== 'ready') return;
      worked = true;
      ready.resolve();
    });
    // A program that cannot even be started has an `error` and no `exit`.
    const death = Promise.withResolvers<string | number>();
    child.once('exit', (code, signal) => death.resolve(code ?? signal ?? 'no code'));
    child.once('error', (error) => death.resolve(error.message));
    void death.promise.then((how) => onDeath(how, Date.now() - begun));
  };

  const onDeath = (how: string | number, livedMs: number): void => {
    child = undefined;
    if (stopping) return;
    if (restarting) {
      restarting = false;
      return start();
    }

    deaths = livedMs > STEADY_MS ? 1 : deaths + 1;
    if (!worked && deaths >= DEATHS_BEFORE_READY) {
      return ready.reject(
        new Error(`The ${program.name} process does not start (${how}):\n${lastWords.join('\n')}`),
      );
    }

    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (deaths - 1), LONGEST_PAUSE_MS);
    program.onWord(`${program.name} ended (${how}); it is started again`);
    pause = setTimeout(start, pauseMs);
  };

  start();

  return {
    ready: ready.promise,
    pid: () => child?.pid,
    restart() {
      if (!child) return;
      restarting = true;
      child.kill('SIGTERM');
    },
    async stop() {
      stopping = true;
      clearTimeout(pause);
      if (child) await stopChild(child, program.stopSeconds);
    },
    kill() {
      stopping = true;
      child?.kill('SIGKILL');
    },
  };
}

function launch(program: Program, onLine: (line: string) => void): ChildProcess {
  const child = spawn(process.execPath, program.args, {
    cwd: program.cwd,
    env: { ...process.env, ...program.environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });

  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      onLine(line);
      program.log.write(line);
      const chat = stream === child.stdout && !line.startsWith('{');
      const word = chat && program.quiet ? undefined : forTerminal(line);
      if (word !== undefined) program.onWord(`${program.name}: ${word}`);
    });
  }

  return child;
}

const WARNING = 40;

/** Warnings and errors of the JSON log, in words; and whatever is no JSON, for that is a crash or somebody's own print. */
function forTerminal(line: string): string | undefined {
  if (line.trim() === '') return undefined;
  if (!line.startsWith('{')) return line;

  try {
    const { level, msg, err } = JSON.parse(line) as {
      level?: number;
      msg?: string;
      err?: { message?: string };
    };
    if ((level ?? 0) < WARNING) return undefined;
    return [msg?.split('\n')[0], err?.message].filter(Boolean).join(': ');
  } catch {
    return line;
  }
}

async function stopChild(child: ChildProcess, seconds: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;

  const gone = once(child, 'exit');
  // It has the same limit; a second more lets it say so.
  const impatience = setTimeout(() => child.kill('SIGKILL'), (seconds + 1) * 1000);
  child.kill('SIGTERM');
  await gone;
  clearTimeout(impatience);
}

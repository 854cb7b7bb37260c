/**
 * The sandbox of scripts: QuickJS, compiled to WebAssembly. Every run has a runtime of its own, made for it and thrown away after it, so
 * nothing of one run can reach another. There is nothing in it but the language: no network, no files, no timers, no console.
 *
 * Memory is bounded by the WebAssembly memory itself, which cannot grow beyond what it was made for: QuickJS's own count is of no use here,
 * since its allocator in WebAssembly does not know how large a block is. Time is bounded only as far as QuickJS looks at the clock, which
 * some built-in functions do not while they loop: whoever runs scripts of people does it in a thread that can be killed
 * (worker/sandbox/pool.ts).
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import variant from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  Scope,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import { HARNESS } from './harness.ts';
import { readStack, type ScriptPosition, syntaxError, wrap } from './source.ts';

export type ScriptJob = {
  readonly script: string;
  /** JSON of what the script gets as `input`. */
  readonly input: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
};

/** Why a script brought no output. `crash`: the sandbox itself gave up. */
export type ScriptFault =
  | 'exception'
  | 'syntax'
  | 'time_limit'
  | 'memory_limit'
  | 'not_json'
  | 'output_too_large'
  | 'crash';

export type ScriptOutcome =
  /** `output`: JSON. */
  | { readonly ok: true; readonly output: string }
  | {
      readonly ok: false;
      readonly fault: ScriptFault;
      readonly message: string;
      readonly stack?: string;
    };

const MAX_OUTPUT_CHARACTERS = 1_048_576;
const STACK_BYTES = 256 * 1_024;
const MEGABYTE = 1_048_576;
const PAGES_PER_MB = 16;
/** What QuickJS has for itself: the stack of WebAssembly and static data. */
const OWN_MB = 6;
/** The module asks for no less, so that no script has less than 10 MB. */
const LEAST_PAGES = 256;
/** WebAssembly never gives memory back: an instance that has grown beyond is replaced. */
const MOST_KEPT_BYTES = 96 * MEGABYTE;
/** Growth is by a fifth, so a memory that could not grow any more is not quite full. */
const FULL = 0.8;

export type Sandbox = {
  /** That scripts may use in it. */
  readonly memoryMb: number;
  /** Blocks until the script has ended. */
  readonly run: (job: ScriptJob) => ScriptOutcome;
  /** Null if the text is the body of a function. */
  readonly check: (script: string) => ScriptPosition | null;
  /** It has grown too large, or broke: make another one. */
  readonly isWorn: () => boolean;
};

/** Put together here, lest the bundler of the pages takes the file for a module that is to be linked. */
const WASM = ['@jitl/quickjs-wasmfile-release-sync', 'wasm'].join('/');

let wasm: Promise<WebAssembly.Module> | null = null;

/** Compiled once per thread, for all its instances. */
async function loadWasm(): Promise<WebAssembly.Module> {
  const { resolve } = createRequire(import.meta.url);
  return WebAssembly.compile(await readFile(resolve(WASM)));
}

export async function createSandbox(memoryMb: number): Promise<Sandbox> {
  wasm ??= loadWasm();
  const most = Math.max(LEAST_PAGES, (OWN_MB + memoryMb) * PAGES_PER_MB);
  const memory = new WebAssembly.Memory({ initial: LEAST_PAGES, maximum: most });
  const quickjs = await newQuickJSWASMModuleFromVariant(
    newVariant(variant, { wasmModule: await wasm, wasmMemory: memory }),
  );
  const isFull = (): boolean => memory.buffer.byteLength >= FULL * (most / PAGES_PER_MB) * MEGABYTE;
  let broken = false;

  return {
    memoryMb,

    run(job) {
      try {
        return withContext(quickjs, job.timeoutSeconds, (context, isLate) =>
          runIn(context, { ...job, isLate, isFull }),
        );
      } catch (error) {
        broken = true;
        return crash(error);
      }
    },

    check(script) {
      try {
        return withContext(quickjs, CHECK_SECONDS, (context) => checkIn(context, script));
      } catch (error) {
        broken = true;
        return { line: 1, column: 1, message: crash(error).message };
      }
    },

    isWorn: () => broken || memory.buffer.byteLength > MOST_KEPT_BYTES,
  };
}

const CHECK_SECONDS = 1;

function withContext<Answer>(
  quickjs: QuickJSWASMModule,
  timeoutSeconds: number,
  action: (context: QuickJSContext, isLate: () => boolean) => Answer,
): Answer {
  const deadline = performance.now() + timeoutSeconds * 1_000;
  let late = false;
  const runtime = quickjs.newRuntime();
  runtime.setMaxStackSize(STACK_BYTES);
  runtime.setInterruptHandler(() => {
    late = performance.now() > deadline;
    return late;
  });
  const context = runtime.newContext();

  const answer = action(context, () => late);
  context.dispose();
  runtime.dispose();

  return answer;
}

/** A script with what tells which limit it ran into. */
type Run = ScriptJob & { readonly isLate: () => boolean; readonly isFull: () => boolean };

function runIn(context: QuickJSContext, run: Run): ScriptOutcome {
  // The handles of the scope are given back, or the runtime could not be thrown away.
  return Scope.withScope((scope) => {
    const harness = scope.manage(context.evalCode(HARNESS, 'latchwork'));
    const script = scope.manage(context.evalCode(wrap(run.script), 'script'));

    if (harness.error) return limitOf(read(context, harness.error), run);
    if (script.error) return wrongScript(read(context, script.error), run);

    const input = scope.manage(context.newString(run.input));
    const answer = scope.manage(
      context.callFunction(harness.value, context.undefined, script.value, input),
    );

    return answer.error
      ? limitOf(read(context, answer.error), run)
      : readAnswer(context.getString(answer.value), run);
  });
}

/** Mostly no function body; a small limit may also be reached while it is compiled. */
function wrongScript(thrown: Thrown, run: Run): ScriptOutcome {
  const limit = limitOf(thrown, run);
  if (limit.fault !== 'exception') return limit;

  const { line, column, message } = syntaxError(run.script, thrown);
  return {
    ok: false,
    fault: 'syntax',
    message: `syntax error in line ${line}, column ${column}: ${message}`,
  };
}

function readAnswer(text: string, run: Run): ScriptOutcome {
  const said = text.slice(1);

  switch (text.charAt(0)) {
    case '=':
      return said.length > MAX_OUTPUT_CHARACTERS
        ? {
            ok: false,
            fault: 'output_too_large',
            message: `the script returned ${said.length} characters of JSON; ${MAX_OUTPUT_CHARACTERS} are allowed`,
          }
        : { ok: true, output: said };
    case '?':
      return { ok: false, fault: 'not_json', message: `${said}, which JSON cannot say` };
    default: {
      // Written by the harness.
      const [name, message, stack] = JSON.parse(said) as [string, string, string];
      return limitOf({ name, message, stack }, run);
    }
  }
}

type Thrown = { readonly name: string; readonly message: string; readonly stack: string };

/** What was thrown, by the script or by a limit that it ran into. */
function limitOf(
  { name, message, stack }: Thrown,
  { timeoutSeconds, memoryMb, isLate, isFull }: Run,
): Extract<ScriptOutcome, { ok: false }> {
  const where = readStack(stack);
  const common = { ok: false, ...(where === '' ? {} : { stack: where }) } as const;

  if (isLate()) {
    const limit = `the script ran longer than ${timeoutSeconds} s`;
    return { ...common, fault: 'time_limit', message: limit };
  }
  // Without room for an error, QuickJS throws null.
  const nothing = name === '' && message === 'null';
  if ((name === 'InternalError' && message === 'out of memory') || (nothing && isFull())) {
    const limit = `the script needed more memory than ${memoryMb} MB`;
    return { ...common, fault: 'memory_limit', message: limit };
  }
  const text = name === '' || name === 'Error' ? message : `${name}: ${message}`;
  return { ...common, fault: 'exception', message: text };
}

/** WebAssembly gave up, at a place where QuickJS does not look after itself. */
function crash(error: unknown): Extract<ScriptOutcome, { ok: false }> {
  // The stack of the thread, which deeply nested texts use up before that of QuickJS.
  if (error instanceof RangeError) {
    return { ok: false, fault: 'exception', message: 'InternalError: stack overflow' };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { ok: false, fault: 'crash', message: `the sandbox gave up on the script: ${reason}` };
}

/** Compiling is enough: a function expression runs nothing. */
function checkIn(context: QuickJSContext, script: string): ScriptPosition | null {
  return Scope.withScope((scope) => {
    const compiled = scope.manage(context.evalCode(wrap(script), 'script'));

    return compiled.error ? syntaxError(script, read(context, compiled.error)) : null;
  });
}

/** An error that the harness could not catch: QuickJS made it. */
function read(context: QuickJSContext, error: QuickJSHandle): Thrown {
  if (context.typeof(error) !== 'object' || context.eq(error, context.null)) {
    return { name: '', message: 'null', stack: '' };
  }
  return Scope.withScope((scope) => {
    const text = (key: string): string => {
      const value = scope.manage(context.getProp(error, key));
      return context.typeof(value) === 'string' ? context.getString(value) : '';
    };
    return { name: text('name'), message: text('message'), stack: text('stack') };
  });
}

/**
 * The sandbox of scripts: QuickJS, compiled to WebAssembly. Every run has a runtime of its own, made for it and thrown away after it, so
 * nothing of one run can reach another. There is nothing in it but the language: no network, no files, no timers, no console.
 *
 * Bounded by itself are memory, stack and time; time only as far as QuickJS looks at the clock, which some built-in functions do not while
 * they loop. Whoever runs scripts of people does it in a thread that can be killed (worker/sandbox/pool.ts).
 */
import variant from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
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
/** WebAssembly never gives memory back: an instance that has grown beyond is replaced. */
const MOST_KEPT_BYTES = 96 * MEGABYTE;

export type Sandbox = {
  /** Blocks until the script has ended. */
  readonly run: (job: ScriptJob) => ScriptOutcome;
  /** Null if the text is the body of a function. */
  readonly check: (script: string) => ScriptPosition | null;
  /** It has grown too large, or broke: make another one. */
  readonly isWorn: () => boolean;
};

export async function createSandbox(): Promise<Sandbox> {
  const quickjs = await newQuickJSWASMModuleFromVariant(variant);
  let broken = false;

  return {
    run(job) {
      try {
        return withContext(quickjs, job, (context, isLate) => runIn(context, job, isLate));
      } catch (error) {
        // WebAssembly gave up: mostly out of memory or stack at a place where QuickJS cannot say so.
        broken = true;
        return crash(error);
      }
    },

    check(script) {
      try {
        return withContext(quickjs, CHECK_LIMITS, (context) => checkIn(context, script));
      } catch (error) {
        broken = true;
        return { line: 1, column: 1, message: crash(error).message };
      }
    },

    isWorn: () => broken || quickjs.getWasmMemory().buffer.byteLength > MOST_KEPT_BYTES,
  };
}

const CHECK_LIMITS = { timeoutSeconds: 1, memoryMb: 64 };

function withContext<Answer>(
  quickjs: QuickJSWASMModule,
  { timeoutSeconds, memoryMb }: Pick<ScriptJob, 'timeoutSeconds' | 'memoryMb'>,
  action: (context: QuickJSContext, isLate: () => boolean) => Answer,
): Answer {
  const deadline = performance.now() + timeoutSeconds * 1_000;
  let late = false;
  const runtime = quickjs.newRuntime();
  runtime.setMemoryLimit(memoryMb * MEGABYTE);
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

function runIn(context: QuickJSContext, job: ScriptJob, isLate: () => boolean): ScriptOutcome {
  // The handles of the scope are given back, or the runtime could not be thrown away.
  return Scope.withScope((scope) => {
    const harness = scope.manage(context.evalCode(HARNESS, 'latchwork'));
    const script = scope.manage(context.evalCode(wrap(job.script), 'script'));

    if (harness.error) return limitOf(read(context, harness.error), job, isLate());
    if (script.error) return wrongScript(read(context, script.error), job, isLate());

    const input = scope.manage(context.newString(job.input));
    const answer = scope.manage(
      context.callFunction(harness.value, context.undefined, script.value, input),
    );

    return answer.error
      ? limitOf(read(context, answer.error), job, isLate())
      : readAnswer(context.getString(answer.value), job, isLate());
  });
}

/** Mostly no function body; a small limit may also be reached while it is compiled. */
function wrongScript(thrown: Thrown, job: ScriptJob, late: boolean): ScriptOutcome {
  const limit = limitOf(thrown, job, late);
  if (limit.fault !== 'exception') return limit;

  const { line, column, message } = syntaxError(job.script, thrown);
  return {
    ok: false,
    fault: 'syntax',
    message: `syntax error in line ${line}, column ${column}: ${message}`,
  };
}

function readAnswer(text: string, job: ScriptJob, late: boolean): ScriptOutcome {
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
      return limitOf({ name, message, stack }, job, late);
    }
  }
}

type Thrown = { readonly name: string; readonly message: string; readonly stack: string };

/** What was thrown, by the script or by a limit that it ran into. */
function limitOf(
  { name, message, stack }: Thrown,
  { timeoutSeconds, memoryMb }: ScriptJob,
  late: boolean,
): Extract<ScriptOutcome, { ok: false }> {
  const where = readStack(stack);
  const common = { ok: false, ...(where === '' ? {} : { stack: where }) } as const;

  if (late) {
    const limit = `the script ran longer than ${timeoutSeconds} s`;
    return { ...common, fault: 'time_limit', message: limit };
  }
  if (name === 'InternalError' && message === 'out of memory') {
    const limit = `the script needed more memory than ${memoryMb} MB`;
    return { ...common, fault: 'memory_limit', message: limit };
  }
  const text = name === '' || name === 'Error' ? message : `${name}: ${message}`;
  return { ...common, fault: 'exception', message: text };
}

function crash(error: unknown): Extract<ScriptOutcome, { ok: false }> {
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
  return Scope.withScope((scope) => {
    const text = (key: string): string => {
      const value = scope.manage(context.getProp(error, key));
      return context.typeof(value) === 'string' ? context.getString(value) : '';
    };
    return { name: text('name'), message: text('message'), stack: text('stack') };
  });
}

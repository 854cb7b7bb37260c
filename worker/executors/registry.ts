import { INTERNAL_WORKS } from '#engine/plan.ts';
import type { Executor } from './executor.ts';
import { runHttp } from './http.ts';
import { runNotify } from './notify.ts';
import { runScripts } from './script.ts';
import { runWorkflows } from './workflow.ts';

/** Who runs the tasks of the built-in works. A wait ends by the clock and a signal by its sender: both are for the sweep. */
export const EXECUTORS: ReadonlyMap<string, Executor> = new Map([
  [INTERNAL_WORKS.http, runHttp],
  [INTERNAL_WORKS.notify, runNotify],
  [INTERNAL_WORKS.script, runScripts],
  [INTERNAL_WORKS.workflow, runWorkflows],
]);

/** A database for many runs: the works are made once, what a run leaves behind is removed by the next one. */
import { setTimeout } from 'node:timers/promises';
import postgres from 'postgres';
import { openDatabase, type Sql } from '#db/database.ts';
import { compilePlan } from '#engine/plan/compile.ts';
import type { Context } from '#operations/context.ts';
import { makeMemory, rememberVersions } from './invariants.ts';
import { definitionOf } from './definition.ts';
import type { Drawing, Flow, Versioned } from './shape.ts';
import { START } from './windows.ts';
import { REQUEST_SECONDS, workOf, WORK_NAMES } from './works.ts';

/** What a run begins with. */
export type Begun = {
  readonly ids: Readonly<Partial<Record<Flow, number>>>;
  readonly versions: readonly {
    readonly id: number;
    readonly flow: Flow;
    readonly order: readonly string[];
  }[];
};

export class Bench {
  /** Reads what the rows say, with plans for whole tables. */
  readonly sql: Sql;
  /** As many processes as do something at once: reports to one process may be one batch, which the model takes for one report. */
  readonly contexts: readonly [Context, Context, Context];
  readonly #url: string;
  #victim: Context | null = null;
  #now = START;

  private constructor(url: string) {
    this.#url = url;
    this.sql = postgres(url, {
      max: 2,
      onnotice: () => undefined,
      connection: { search_path: 'latchwork,public' },
    });
    this.contexts = [this.#process('one'), this.#process('other'), this.#process('third')];
  }

  static async open(url: string): Promise<Bench> {
    const bench = new Bench(url);
    await bench.#makeWorks();
    await makeMemory(bench.sql);
    return bench;
  }

  /** A process that is about to die, with connections of its own. */
  victim(): Context {
    return (this.#victim ??= this.#process('victim'));
  }

  /**
   * The victim is dead: whatever it still had begun goes with it, and is gone when this is. A connection that was lost is not over yet:
   * its client hears of the end before its locks are given up. The next victim is another process.
   */
  async bury(): Promise<void> {
    const victim = this.#victim;
    this.#victim = null;
    await this.sql`
      select pg_terminate_backend(pid, 5000)
      from pg_stat_activity
      where datname = current_database()
        and application_name = 'victim'
        and state like 'idle in transaction%'
    `;
    await victim?.db.close();
    while (await this.#isVictimThere()) {
      await setTimeout(1);
    }
  }

  async #isVictimThere(): Promise<boolean> {
    const rows = await this.sql`
      select
      from pg_stat_activity
      where datname = current_database() and application_name = 'victim' and xact_start is not null
    `;
    return rows.length > 0;
  }

  now(): number {
    return this.#now;
  }

  setClock(now: number): void {
    this.#now = now;
  }

  /** Publishes the workflows of a run, on empty tables. Answers their versions in the order of the drawing. */
  async begin(drawing: Drawing): Promise<Begun> {
    this.#now = START;
    await this.sql`
      with gone as (delete from task), instances as (delete from instance), attempts as (delete from attempt),
        lines as (delete from segment_queue), events as (delete from instance_event),
        signals as (delete from signal), pulses as (delete from work_pulse),
        jobs as (delete from graphile_worker._private_jobs), told as (delete from notification),
        tries as (delete from delivery), versions as (delete from version),
        workflows as (delete from workflow)
      update work set rate_tokens = null, rate_at = null where rate_limit is not null
    `;
    const ids: Partial<Record<Flow, number>> = {};
    const versions: Begun['versions'][number][] = [];

    for (const one of drawing) {
      const id = ids[one.flow] ?? (await this.#insertWorkflow(one));
      ids[one.flow] = id;
      const number = 1 + versions.filter(({ flow }) => flow === one.flow).length;
      versions.push({ ...(await this.#insertVersion(one, id, number)), flow: one.flow });
    }
    await rememberVersions(this.sql);
    return { ids, versions };
  }

  async #insertWorkflow({ flow, shape: { limits, order } }: Versioned): Promise<number> {
    const at = new Date(START);
    const [workflow] = await this.sql<{ id: number }[]>`
      insert into workflow (
        project_id, key, name, max_running, admission, on_object_busy, last_version,
        published_version, created_at, updated_at
      )
      values (
        1, ${flow}, ${flow}, ${limits.maxRunning}, ${order}, ${limits.busy}, 2, 1, ${at}, ${at}
      )
      returning id
    `;
    return workflow?.id ?? 0;
  }

  async #insertVersion({ shape }: Versioned, workflowId: number, number: number) {
    const at = new Date(START);
    const definition = definitionOf(shape);
    const plan = compilePlan(definition);
    const [version] = await this.sql<{ id: number }[]>`
      insert into version (
        project_id, workflow_id, number, status, definition, plan, updated_by, updated_at, published_at
      )
      values (
        1, ${workflowId}, ${number}, 'published', ${JSON.stringify(definition)}::text::json,
        ${JSON.stringify(plan)}::text::jsonb, 'model', ${at}, ${at}
      )
      returning id
    `;
    return { id: version?.id ?? 0, order: plan.nodes.map((node) => node.key) };
  }

  /** Makes another version the one that new instances run; the tables alone, since it need not be valid. */
  async publish(flow: Flow, number: number): Promise<void> {
    await this.sql`update workflow set published_version = ${number} where key = ${flow}`;
  }

  async close(): Promise<void> {
    const victim = this.#victim === null ? [] : [this.#victim];
    await Promise.all([...this.contexts, ...victim].map(({ db }) => db.close()));
    await this.sql.end();
  }

  #process(name: string): Context {
    const db = openDatabase({ url: this.#url, engineConnections: 4, readConnections: 1, name });
    return {
      db,
      projectId: 1,
      actor: { kind: 'system' },
      clock: () => new Date(this.#now),
      log: { info: () => {}, warn: () => {}, error: () => {} },
    };
  }

  async #makeWorks(): Promise<void> {
    const at = new Date(START);
    for (const name of WORK_NAMES) {
      const work = workOf(name);
      const retry = work.retry === null ? null : { ...work.retry, backoff: 'fixed' };
      await this.sql`
        insert into work (
          project_id, key, name, start_report, dispatch_seconds, dispatch_mode, run_seconds,
          heartbeat_seconds, total_seconds, retry, max_concurrent, rate_limit, rate_seconds,
          delivery, url, request_seconds, created_at, updated_at
        )
        values (
          1, ${name}, ${name}, ${work.startReport}, ${work.dispatchSeconds},
          ${work.absolute ? 'absolute' : 'overtaken'}, ${work.runSeconds}, ${work.heartbeatSeconds},
          ${work.totalSeconds}, ${retry === null ? null : JSON.stringify(retry)}::text::jsonb,
          ${work.maxConcurrent}, ${work.rate?.limit ?? null}, ${work.rate?.seconds ?? null},
          ${work.delivery}, ${work.delivery === 'push' ? 'http://worker.test' : null}, ${REQUEST_SECONDS},
          ${at}, ${at}
        )
      `;
    }
  }
}

/** `npm run bench -- <workload>…`: each on a throw-away database of its own, one line of JSON each. bench/README.md says how to read them. */
import { parseArgs } from 'node:util';
import { install, type Installation } from './installation.ts';
import { say } from './say.ts';
import type { Options, Workload } from './workload.ts';
import { chain } from './workloads/chain.ts';
import { create } from './workloads/create.ts';
import { fanout, fanout1000 } from './workloads/fanout.ts';
import { httpBatch } from './workloads/http_batch.ts';
import { httpSingle } from './workloads/http_single.ts';
import { latency, latencyPush } from './workloads/latency.ts';
import { notify } from './workloads/notify.ts';
import { push } from './workloads/push.ts';
import { pushHanging } from './workloads/push_hanging.ts';
import { route } from './workloads/route.ts';

const WORKLOADS: Readonly<Record<string, Workload>> = {
  chain,
  create,
  fanout,
  'fanout-1000': fanout1000,
  'http-batch': httpBatch,
  'http-single': httpSingle,
  push,
  'push-hanging': pushHanging,
  notify,
  latency,
  'latency-push': latencyPush,
  route,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    n: { type: 'string' },
    history: { type: 'string', default: '0' },
    queued: { type: 'string', default: '0' },
    ready: { type: 'string', default: '0' },
    profile: { type: 'boolean', default: false },
  },
});
const names = values.all ? Object.keys(WORKLOADS) : positionals;
let installation: Installation | undefined;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Postgres would outlive us otherwise.
  process.once(signal, () => {
    void (installation?.stop() ?? Promise.resolve()).finally(() => process.exit(1));
  });
}

if (names.length === 0 || names.some((name) => !(name in WORKLOADS))) {
  say(usage());
  process.exit(1);
}
for (const name of names) {
  await runWorkload(name);
}

async function runWorkload(name: string): Promise<void> {
  const workload = WORKLOADS[name];
  if (workload === undefined) return;
  const options: Options = {
    n: count('n', values.n ?? String(workload.n)),
    history: count('history', values.history),
    queued: count('queued', values.queued),
    ready: count('ready', values.ready),
  };

  say(`${name}: ${workload.about}`);
  installation = await install({ profile: values.profile });
  try {
    process.stdout.write(`${JSON.stringify(await workload.run(installation, options))}\n`);
  } finally {
    await installation.stop();
    installation = undefined;
  }
}

function count(option: string, text: string): number {
  if (!/^\d+$/.test(text)) {
    say(`--${option} must be a whole number, not "${text}".\n\n${usage()}`);
    process.exit(1);
  }
  return Number(text);
}

function usage(): string {
  return [
    'npm run bench -- <workload>… [--n <count>] [--profile]',
    'npm run bench -- --all',
    '',
    ...Object.entries(WORKLOADS).map(
      ([name, { about, n }]) => `  ${name.padEnd(14)}${about} (n = ${n})`,
    ),
    '',
    '  --profile      also say where the time goes: dearest statements, dearest functions',
    '  --history <n>  chain: n finished instances fill the tables',
    '  --queued <n>   chain: n instances wait in the queue of another workflow',
    '  --ready <n>    chain: n ready tasks of the same work wait behind',
  ].join('\n');
}

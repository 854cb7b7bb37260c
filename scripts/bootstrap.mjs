/**
 * What `npm start`, `npm test` and their siblings run first. Everything else of the project needs a newer Node than many machines have,
 * so this file is plain JavaScript for Node 20 and on, without dependencies. It installs what is missing, silently and in no time when
 * nothing is, and hands over to the real program on the Node that came with the packages.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const PROGRAMS = {
  start: 'scripts/start.ts',
  dev: 'scripts/start.ts',
  demo: 'scripts/start.ts',
  test: 'scripts/test.ts',
  bench: 'bench/main.ts',
};
/** The first that runs .ts files as they are. */
const OLDEST_NODE = [22, 18];

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = path.join(root, 'node_modules');
const stamp = path.join(modules, '.latchwork-lock');
const [command, ...rest] = process.argv.slice(2);
const program = PROGRAMS[command];

if (program === undefined) {
  fail(`Say one of: ${Object.keys(PROGRAMS).join(', ')}.`);
}

await install();
handOver(chooseNode());

async function install() {
  const lock = readFileSync(path.join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  if (!isInstalled(JSON.parse(lock.toString()))) await npmCi();
  writeFileSync(stamp, wanted);
}

/** Whether a person's own `npm ci` or `npm install` already brought what the lock asks for: then nothing needs to be done twice. */
function isInstalled(lock) {
  const record = path.join(modules, '.package-lock.json');
  if (!existsSync(record)) return false;

  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(lock.packages).every(
    ([place, { version, optional, devOptional }]) =>
      place === '' ||
      installed[place]?.version === version ||
      // Of another platform.
      (installed[place] === undefined && (optional ?? devOptional)),
  );
}

async function npmCi() {
  const done = progress('Installing packages (once; about a minute)');
  // Run by npm, this names npm's own program; it needs no PATH and no shell.
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  const child = npm?.endsWith('.js')
    ? spawn(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    : spawn('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });

  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(1);
    });
    child.once('close', resolve);
  });

  done();
  if (code !== 0) fail(`npm ci failed:\n${output.trim()}`);
}

/** The Node that npm installed beside the other packages; where there is none (macOS), the one that runs now, if it is new enough. */
function chooseNode() {
  const own = path.join(modules, '.bin', 'node');
  if (existsSync(own) && spawnSync(own, ['--version']).status === 0) return own;

  const [major, minor] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = OLDEST_NODE;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) {
    return process.execPath;
  }

  return fail(
    `Latchwork needs Node ${OLDEST_NODE.join('.')} or newer on ${process.platform} ${process.arch}; this is ${process.version}. ` +
      'https://nodejs.org has the current one.',
  );
}

/** Runs the program in the terminal that is ours, and ends as it ends. */
function handOver(node) {
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', program, ...argumentsOf()], {
    cwd: root,
    // Over the channel the program notices when we are gone.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      NEXT_TELEMETRY_DISABLED: '1',
      ...process.env,
      PATH: [path.join(modules, '.bin'), process.env.PATH].join(path.delimiter),
    },
  });

  child.once('error', (error) => fail(error.message));
  child.once('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));

  // Ctrl-C reaches every process of the terminal by itself; a signal that was sent to us alone is passed on.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGTERM'));
  followNpm(() => child.kill('SIGTERM'));
}

function argumentsOf() {
  return program === PROGRAMS.start ? [command, ...rest] : rest;
}

/** An npm that was killed outright passes nothing on. */
function followNpm(stop) {
  if (process.env.npm_lifecycle_event === undefined) return;

  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(), 1000).unref();
}

function progress(what) {
  if (!process.stderr.isTTY) {
    process.stderr.write(`${what} …\n`);
    return () => undefined;
  }

  const begun = Date.now();
  const timer = setInterval(
    () => process.stderr.write(`\r${what} … ${Math.round((Date.now() - begun) / 1000)} s `),
    1000,
  );
  process.stderr.write(`${what} … `);

  return () => {
    clearInterval(timer);
    process.stderr.write('\n');
  };
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** The production build, made when its sources changed and at no other time. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync, rmSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { withPidLock } from './pid_lock.ts';

/** What the pages are made of. What is missing here is not noticed when it changes. */
const SOURCES = [
  '{api,app,components,db,delivery,engine,i18n,messages,operations,public}/**/*',
  '*.{ts,js,mjs,json}',
];

/** Tests, and what Next itself writes. */
const NOT_SOURCES = /\.test\.tsx?$|^next-env\.d\.ts$/;

/** Written last, so that a build that was interrupted does not count. */
const STAMP = 'latchwork-sources';

export type Built = { readonly ok: true } | { readonly ok: false; readonly output: string };

/** Sees to it that `.next` of the checkout was made from exactly its sources. Two that ask at once share one build. */
export async function buildIfChanged(root: string, signal?: AbortSignal): Promise<Built> {
  return withPidLock(path.join(root, '.cache', 'build.pid'), async () => {
    const hash = await hashSources(root);
    const stamp = path.join(root, '.next', STAMP);
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return { ok: true };

    rmSync(stamp, { force: true });
    const built = await nextBuild(root, signal);
    if (built.ok) writeFileSync(stamp, hash);
    return built;
  });
}

async function nextBuild(root: string, signal: AbortSignal | undefined): Promise<Built> {
  const child = spawn(
    process.execPath,
    [path.join(root, 'node_modules', 'next', 'dist', 'bin', 'next'), 'build'],
    {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }

  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code === 0 ? { ok: true } : { ok: false, output: output.trim() });
    });
  });
}

async function hashSources(root: string): Promise<string> {
  const files: string[] = [];

  for await (const entry of glob(SOURCES, { cwd: root, withFileTypes: true })) {
    if (entry.isFile() && !NOT_SOURCES.test(entry.name)) {
      files.push(path.join(entry.parentPath, entry.name));
    }
  }

  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    hash.update(path.relative(root, file)).update('\0');
    hash.update(await readFile(file)).update('\0');
  }
  return hash.digest('hex');
}

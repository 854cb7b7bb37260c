/** The browser of the e2e suite: the system's Chromium, or the one that npm brought, which needs neither root nor a package manager. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export type Browser = {
  readonly executablePath: string;
  /** For the browser alone. */
  readonly env: Readonly<Record<string, string>>;
};

const IN_SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const UNPACKED = fileURLToPath(new URL('../.cache/chromium/', import.meta.url));

export async function findBrowser(): Promise<Browser> {
  for (const executablePath of [process.env.CHROME ?? '', ...IN_SYSTEM]) {
    if (existsSync(executablePath) && (await runs({ executablePath, env: {} }))) {
      return { executablePath, env: {} };
    }
  }

  const unpacked = await unpack();
  if (await runs(unpacked)) return unpacked;

  throw new Error(
    'No Chromium runs on this machine. Install one (apt install chromium) or name one in CHROME.',
  );
}

/** `chromium-browser` of Ubuntu is a note that says where to find it. */
async function runs({ executablePath, env }: Browser): Promise<boolean> {
  try {
    await promisify(execFile)(executablePath, ['--version'], { env: { ...process.env, ...env } });
    return true;
  } catch {
    return false;
  }
}

/**
 * The package unpacks itself into the folder for temporary files; ours is inside the checkout, so that another user's copy is never in
 * the way, and a copy that was interrupted is made again. It brings the shared libraries and fonts that a bare machine lacks.
 */
async function unpack(): Promise<Browser> {
  const done = path.join(UNPACKED, 'complete');
  const browser = {
    executablePath: path.join(UNPACKED, 'chromium'),
    env: {
      LD_LIBRARY_PATH: path.join(UNPACKED, 'al2023', 'lib'),
      FONTCONFIG_FILE: path.join(UNPACKED, 'fonts.conf'),
    },
  };
  if (existsSync(done)) return browser;

  rmSync(UNPACKED, { recursive: true, force: true });
  mkdirSync(UNPACKED, { recursive: true });
  const { TMPDIR } = process.env;
  process.env.TMPDIR = UNPACKED;

  try {
    const { default: chromium, inflate } = await import('@sparticuz/chromium');
    const packed = path.dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium')));
    await chromium.executablePath();
    await inflate(path.join(packed, '..', 'bin', 'al2023.tar.br'));
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }

  writeFileSync(browser.env.FONTCONFIG_FILE, fontsConfiguration());
  writeFileSync(done, '');
  return browser;
}

/** The fonts of the system, if it has any, and those of the package. Without a single font the browser crashes. */
function fontsConfiguration(): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${UNPACKED.replaceAll('&', '&amp;')}fonts/fonts</dir>
  <cachedir>${UNPACKED.replaceAll('&', '&amp;')}fonts-cache</cachedir>
</fontconfig>
`;
}

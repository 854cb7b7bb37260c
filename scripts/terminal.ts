/** How the scripts speak: nothing while things are quick, what is going on as soon as they are not. */

const SILENT_MS = 1000;
const TICK_MS = 1000;

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Does the work; if it takes longer than a second, says what it is, and in a terminal for how long already. */
export async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begun = Date.now();
  let shown = false;

  const show = (): void => {
    if (!process.stdout.isTTY) {
      if (!shown) say(`${what} …`);
    } else {
      const seconds = Math.round((Date.now() - begun) / 1000);
      process.stdout.write(`\r\u001B[K${what} … ${seconds} s`);
    }
    shown = true;
  };
  const first = setTimeout(show, SILENT_MS);
  const ticks = setInterval(() => shown && process.stdout.isTTY && show(), TICK_MS);

  try {
    return await work();
  } finally {
    clearTimeout(first);
    clearInterval(ticks);
    if (shown && process.stdout.isTTY) process.stdout.write('\n');
  }
}

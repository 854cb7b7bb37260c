/** The pictures of the README: taken anew by `UPDATE_SCREENSHOTS=1 npm run e2e`, else left alone. */
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';

/** `docs/screenshots/<name>.png`, and the same in the dark as `<name>-dark.png`. */
export async function takeScreenshots(page: Page, name: string): Promise<void> {
  if (!process.env.UPDATE_SCREENSHOTS) return;

  for (const [colorScheme, suffix] of [
    ['light', ''],
    ['dark', '-dark'],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({
      path: fileURLToPath(new URL(`../docs/screenshots/${name}${suffix}.png`, import.meta.url)),
      animations: 'disabled',
      // Passing notes would cover what the picture is about.
      style: '[data-sonner-toaster] { display: none }',
    });
  }

  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}

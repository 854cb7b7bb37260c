import { defineConfig, devices } from '@playwright/test';
import { findBrowser, type Browser } from '#scripts/browser.ts';

// Read again in every worker process of Playwright: looked for once, handed on by the environment.
process.env.E2E_BROWSER ??= JSON.stringify(await findBrowser());
const { executablePath, env } = JSON.parse(process.env.E2E_BROWSER) as Browser;

const PROCESSES = /(faults|start)\.spec\.ts$/;

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/global_setup.ts',
  // One Latchwork for all: tests keep out of each other's way by names of their own.
  fullyParallel: true,
  workers: 2,
  // Killing processes under load keeps both cores busy; the pages are tried before, so that their times mean something. For one of the
  // others alone: `npx playwright test --no-deps e2e/start.spec.ts`.
  projects: [
    { name: 'pages', testIgnore: PROCESSES },
    // One file after the other: each starts installations of its own, and neither is to be starved by the other's.
    { name: 'processes', testMatch: PROCESSES, dependencies: ['pages'], workers: 1 },
  ],
  forbidOnly: true,
  // Limits for what hangs. No test is to fail because its machine is busy with something else.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  outputDir: 'test-results/e2e',
  reporter: process.env.E2E_REPORT
    ? [['list'], ['json', { outputFile: process.env.E2E_REPORT }]]
    : 'list',
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1440, height: 900 },
    // Nothing is in the middle of a movement when it is pressed, or half faded in when its contrast is measured.
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath,
      env: { ...process.env, ...env },
      args: ['--no-sandbox'],
    },
  },
});

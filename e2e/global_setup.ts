import {
  databaseUrlOf,
  newDataDirectory,
  removeDataDirectory,
  startInstallation,
  type Installation,
} from './installation.ts';

/** Starts the Latchwork of the whole suite: the production build, on an empty data directory. `fixtures.ts` hands it to the tests. */
export default async function setUp(): Promise<() => Promise<void>> {
  const dataDirectory = newDataDirectory();
  let installation: Installation;

  try {
    installation = await startInstallation({ dataDirectory });
  } catch (error) {
    removeDataDirectory(dataDirectory);
    throw error;
  }

  // The workers of Playwright are processes of their own.
  process.env.E2E_URL = installation.url;
  process.env.E2E_EMAIL = installation.email;
  process.env.E2E_PASSWORD = installation.password;
  process.env.E2E_DATABASE_URL = databaseUrlOf(installation);

  return async () => {
    await installation.stop();
    removeDataDirectory(dataDirectory);
  };
}

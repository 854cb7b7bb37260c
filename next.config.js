import createNextIntlPlugin from 'next-intl/plugin';

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm test` checks all types, of the tests too; whoever only starts Latchwork need not wait for that.
  typescript: { ignoreBuildErrors: true },
  // Native or process-bound packages that must be loaded by Node itself, not bundled.
  serverExternalPackages: [
    'postgres',
    'graphile-worker',
    'pino',
    'undici',
    'sharp',
    'quickjs-emscripten-core',
    '@jitl/quickjs-wasmfile-release-sync',
  ],
};

export default createNextIntlPlugin('./i18n/request.ts')(config);

import type { NextConfig } from 'next';
import createNextIntlPlugin from 'next-intl/plugin';

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Native or process-bound packages that must be loaded by Node itself, not bundled.
  serverExternalPackages: ['postgres', 'graphile-worker', 'pino', 'undici', 'sharp'],
};

export default createNextIntlPlugin('./i18n/request.ts')(config);

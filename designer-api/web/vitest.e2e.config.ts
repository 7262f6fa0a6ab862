import { defineConfig } from 'vitest/config';

/** People at browsers: the real server, a real Chromium. Two files at a time. */
export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.ts'],
    environment: 'node',
    globalSetup: ['e2e/support/chromium.ts'],
    maxWorkers: 2,
    // Every wait inside of a test ends on its own; these are for what nobody thought of.
    testTimeout: 480_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000, interval: 50 } },
    reporters: ['verbose'],
  },
});

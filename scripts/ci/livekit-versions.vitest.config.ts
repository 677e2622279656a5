// The scenario tests against another version of LiveKit: `LIVEKIT_MODULES` is the node_modules folder that holds it.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const { LIVEKIT_MODULES = '' } = process.env;

export default defineConfig({
  resolve: {
    alias: {
      '@livekit/agents': join(LIVEKIT_MODULES, '@livekit/agents/dist/index.js'),
      '@livekit/rtc-node': join(LIVEKIT_MODULES, '@livekit/rtc-node/dist/index.js'),
    },
  },
  test: {
    include: [
      'test/instrumentation/livekit/{attach,endings,missing,own-spans,realtime,scenarios}.test.ts',
      'test/presets/{register,job-process}.test.ts',
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

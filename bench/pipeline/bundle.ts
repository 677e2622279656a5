import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Bytes of an application that calls `name` of `voice-otel/pipecat`, minified and gzipped, without OpenTelemetry. */
export async function bundleSize(name: 'observeRtvi' | 'observePipeline'): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { ${name} } from './src/pipecat.js'; ${name}(globalThis.source, { agentId: 'agent' });`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['@opentelemetry/*'],
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? '').length;
}

import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { type BuildResult, build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { recordedMessages } from './replay.js';

/** What an application's bundler makes of a page that observes its client. */
async function bundle(
  contents: string,
  external: string[],
): Promise<BuildResult<{ write: false; metafile: true }>> {
  return build({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    format: 'iife',
    globalName: 'page',
    platform: 'browser',
    target: 'es2022',
    external,
    write: false,
    metafile: true,
  });
}

describe('observeRtvi in a browser', () => {
  it('is less than 25 kB, and nothing of masking, prices, processing or delivery', async () => {
    const page =
      "import { observeRtvi } from './src/pipecat.js'; observeRtvi(globalThis.client, globalThis.options);";
    const { outputFiles, metafile } = await bundle(page, ['@opentelemetry/*']);
    expect(gzipSync(outputFiles[0]?.contents ?? '').length).toBeLessThan(25_000);
    const [output] = Object.values(metafile.outputs);
    const kept = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    const rooms = kept.map(([path]) => /^src\/([^/]+)\//.exec(path)?.[1] ?? path);
    expect([...new Set(rooms)].sort()).toEqual([
      '<stdin>',
      'conversation',
      'instrumentation',
      'otel',
      'semconv',
      'signals',
    ]);
  });

  it('works where there is nothing of Node', async () => {
    const page = `
      export { observeRtvi } from './src/pipecat.js';
      export { VoiceTracer } from './src/conversation/tracer.js';`;
    const { outputFiles } = await bundle(page, []);
    const ended: unknown[] = [];
    // What a page has that this needs; a tracer that tells only which spans end.
    const browser = createContext({
      crypto,
      performance,
      setTimeout,
      clearTimeout,
      console,
      ended,
      messages: recorded(),
    });
    runInContext(outputFiles[0]?.text ?? '', browser);
    const done: unknown = runInContext(
      `(() => {
        const span = (name) => ({
          setAttributes() {}, setAttribute() {}, addEvent() {}, setStatus() {}, updateName() {},
          end() { ended.push(name); },
          spanContext: () => ({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }),
        });
        const tracerProvider = { getTracer: () => ({ startSpan: span }) };
        const tracer = new page.VoiceTracer({ tracerProvider });
        return page.observeRtvi(messages, { agentId: 'agent', tracer }).done;
      })()`,
      browser,
    );
    await done;
    const turns = ended.filter((name) => /_turn$|voice.session/.test(String(name)));
    expect(turns).toEqual([
      'voice.user_turn',
      'voice.agent_turn',
      'voice.user_turn',
      'voice.agent_turn',
      'voice.session',
    ]);
  });
});

function recorded(): { message: object; time: number }[] {
  return recordedMessages('barge-in').map(({ t, message }) => ({ message, time: t * 1000 }));
}

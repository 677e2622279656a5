import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VoiceTracer } from '../../src/conversation/tracer.js';
import type { Masker } from '../../src/masking/types.js';
import type { ReadableSpanLike, SpanExporterLike } from '../../src/otel/types.js';
import { VoiceSpanProcessor } from '../../src/processor/voice-span-processor.js';
import { checkConformance } from '../../src/testing/index.js';
import { KeepingProcessor, provider } from '../support/spans.js';
import { Playground } from './calls.js';
import { Random } from './values.js';

const unhandled: unknown[] = [];
const note = (reason: unknown): void => {
  unhandled.push(reason);
};

beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});

afterEach(() => {
  process.off('unhandledRejection', note);
  vi.restoreAllMocks();
});

/** Random calls; yields now and then, so that promises settle and timers fire. */
async function play(tracer: VoiceTracer, calls: number, seed: number): Promise<void> {
  const playground = new Playground(tracer, new Random(seed));
  for (let call = 0; call < calls; call += 1) {
    playground.step();
    if (call % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  playground.end();
  await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The first few failures of each kind; that `text` is no provider anybody knows is only a warning. */
function failures(spans: readonly ReadableSpanLike[]): string[] {
  return [
    ...new Set(
      checkConformance(spans)
        .filter(({ level }) => level === 'failure')
        .map(({ id, key, message }) => `${id} ${key ?? ''} ${message}`),
    ),
  ].slice(0, 5);
}

describe('hostile arguments', () => {
  it('100,000 random calls throw nothing, reject nothing and leave a conformant trace', async () => {
    const kept = new KeepingProcessor();
    const exporter: SpanExporterLike = {
      export: (_spans, done) => done({ code: 0 }),
      shutdown: async () => {},
    };
    const processor = new VoiceSpanProcessor({ exporter });
    await play(new VoiceTracer({ tracerProvider: provider(processor, kept) }), 100_000, 20_261_124);
    await processor.shutdown();
    expect(kept.spans.length).toBeGreaterThan(5_000);
    expect(failures(kept.spans)).toEqual([]);
    expect(unhandled).toEqual([]);
  }, 240_000);
});

describe('hostile neighbours', () => {
  const exporters: Record<string, SpanExporterLike['export']> = {
    throws: () => {
      throw new Error('exporter');
    },
    rejects: (() => Promise.reject(new Error('exporter'))) as unknown as SpanExporterLike['export'],
    hangs: () => {},
    'answers twice': (_spans, done) => {
      done({ code: 0 });
      done({ code: 1, error: new Error('and no') });
    },
    'answers nonsense': (_spans, done) => done(null as unknown as { code: number }),
  };

  it.each(Object.entries(exporters))('an exporter that %s', async (_name, answer) => {
    const kept = new KeepingProcessor();
    const exporter: SpanExporterLike = {
      export: answer,
      shutdown: () => Promise.reject(new Error('shutdown')),
    };
    const processor = new VoiceSpanProcessor({ exporter, delivery: { exportTimeoutMs: 20 } });
    await play(new VoiceTracer({ tracerProvider: provider(processor, kept) }), 4_000, 1);
    await processor.forceFlush();
    await processor.shutdown({ drainTimeoutMs: 100 });
    expect(failures(kept.spans)).toEqual([]);
    expect(unhandled).toEqual([]);
  });

  const maskers: Record<string, unknown> = {
    throws: () => {
      throw new Error('masker');
    },
    'returns nonsense': () => 42,
    'returns nothing': () => undefined,
  };

  it.each(Object.entries(maskers))('a masker that %s', async (_name, mask) => {
    const kept = new KeepingProcessor();
    const masker = { mask, detect: mask } as Masker;
    await play(
      new VoiceTracer({ tracerProvider: provider(new VoiceSpanProcessor({ masker }), kept) }),
      4_000,
      2,
    );
    expect(failures(kept.spans)).toEqual([]);
    expect(unhandled).toEqual([]);
    const [transcript] = kept.spans.flatMap((span) => span.attributes['voice.turn.transcript'] ?? []);
    expect(transcript).toBe('[REDACTED:masking_failed]');
  });

  const readings: Record<string, () => number> = {
    throws: () => {
      throw new Error('clock');
    },
    'is not a number': () => Number.NaN,
    'runs backwards': (() => {
      let now = 1e12;
      return () => (now -= 1000);
    })(),
    'jumps about': (() => {
      const random = new Random(3);
      return () => (random.next() - 0.5) * 1e20;
    })(),
  };

  it.each(Object.entries(readings))('a clock that %s', async (_name, read) => {
    const kept = new KeepingProcessor();
    const clock = { wallMs: read, monotonicMs: read };
    await play(
      new VoiceTracer({ clock, tracerProvider: provider(new VoiceSpanProcessor(), kept) }),
      4_000,
      4,
    );
    expect(failures(kept.spans)).toEqual([]);
    expect(unhandled).toEqual([]);
  });

  it('a tracer provider, a filter, a following processor and a meter that throw', async () => {
    const boom = (): never => {
      throw new Error('boom');
    };
    const kept = new KeepingProcessor();
    const next = { onStart: boom, onEnding: boom, onEnd: boom, forceFlush: boom, shutdown: boom };
    const processor = new VoiceSpanProcessor({ filter: boom, next, meterProvider: { getMeter: boom } });
    await play(new VoiceTracer({ tracerProvider: provider(processor, kept) }), 2_000, 5);
    await play(new VoiceTracer({ tracerProvider: { getTracer: boom } }), 2_000, 5);
    await play(new VoiceTracer({ tracerProvider: { getTracer: () => null as never } }), 2_000, 5);
    await processor.forceFlush();
    await processor.shutdown();
    expect(failures(kept.spans)).toEqual([]);
    expect(unhandled).toEqual([]);
  });
});

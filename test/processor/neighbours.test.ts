import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VoiceTracer } from '../../src/conversation/tracer.js';
import { isMasked } from '../../src/masking/span.js';
import type { ReadableSpanLike } from '../../src/otel/types.js';
import { VoiceSpanProcessor } from '../../src/processor/voice-span-processor.js';
import { MemoryExporter } from '../../src/testing/index.js';
import { provider } from '../support/spans.js';

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

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

function talk(...processors: VoiceSpanProcessor[]): void {
  const session = new VoiceTracer({ tracerProvider: provider(...processors) }).startSession({ agentId: 'a' });
  const turn = session.startUserTurn();
  turn.setTranscript('my diagnosis is secret, mail me at jane.doe@example.com');
  turn.end();
  session.end();
}

describe('neighbours that misbehave', () => {
  it('hooks that are asynchronous and reject are said, and end nothing', async () => {
    const rejecting = async (): Promise<void> => {
      throw new Error('no');
    };
    const next = {
      onStart: rejecting,
      onEnding: rejecting,
      onEnd: rejecting,
      forceFlush: rejecting,
      shutdown: rejecting,
    };
    const exporter = Object.assign(new MemoryExporter(), { sessionStarted: rejecting });
    const processor = new VoiceSpanProcessor({ exporter, next });
    talk(processor);
    await processor.forceFlush();
    await processor.shutdown();
    await settled();
    expect(unhandled).toEqual([]);
    expect(exporter.spans).toHaveLength(2);
  });

  it('a following processor that hangs holds no shutdown', async () => {
    const forever = (): Promise<void> => new Promise(() => {});
    const next = { onStart: () => {}, onEnd: () => {}, forceFlush: forever, shutdown: forever };
    await new VoiceSpanProcessor({ next }).shutdown({ drainTimeoutMs: 20 });
  });
});

describe('several processors of ours', () => {
  it('each keeps what its own options promise of what it sends', async () => {
    const everything = new MemoryExporter();
    const noContent = new MemoryExporter();
    const first = new VoiceSpanProcessor({ exporter: everything });
    const second = new VoiceSpanProcessor({ exporter: noContent, captureContent: false });
    talk(first, second);
    await Promise.all([first.forceFlush(), second.forceFlush()]);
    const transcript = (spans: readonly ReadableSpanLike[]) => spans[0]?.attributes['voice.turn.transcript'];
    expect(transcript(everything.spans)).toBe('my diagnosis is secret, mail me at [REDACTED:email]');
    expect(transcript(noContent.spans)).toBeUndefined();
  });

  it('one that masks nothing does not stand in for one that does', async () => {
    const raw = new MemoryExporter();
    const masked = new MemoryExporter();
    const first = new VoiceSpanProcessor({ exporter: raw, masker: false });
    talk(first);
    await first.forceFlush();
    expect(raw.spans.map(isMasked)).toEqual([false, false]);

    const unmasking = new VoiceSpanProcessor({ masker: false });
    const masking = new VoiceSpanProcessor({ exporter: masked });
    talk(unmasking, masking);
    await masking.forceFlush();
    expect(JSON.stringify(masked.spans.map(({ attributes }) => attributes))).not.toContain('jane.doe');
  });
});

describe('announcements', () => {
  it('are not made of what is not exported', () => {
    const announced: unknown[] = [];
    const exporter = Object.assign(new MemoryExporter(), {
      sessionStarted: (snapshot: ReadableSpanLike) => announced.push(snapshot),
    });
    talk(new VoiceSpanProcessor({ exporter, filter: ({ name }) => name !== 'voice.session' }));
    expect(announced).toEqual([]);
  });
});

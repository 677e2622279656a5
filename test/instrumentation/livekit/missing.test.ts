/** What the library says at the end of a call in which something was missing: the rows of the troubleshooting table. */
import { ReadableStream } from 'node:stream/web';
import { initializeLogger, type llm, voice } from '@livekit/agents';
import { dispose } from '@livekit/rtc-node';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { VoiceTracer } from '../../../src/conversation/tracer.js';
import { Missing } from '../../../src/instrumentation/livekit/missing.js';
import { resetWarnings } from '../../../src/otel/diagnostics.js';
import { VoiceObservability } from '../../../src/presets/livekit.js';
import type { VoiceSignal } from '../../../src/signals/signal.js';
import { provider } from '../../support/spans.js';
import { Call, type CallOptions } from './fakes/call.js';
import { FakeLlm } from './fakes/model.js';

beforeAll(() => initializeLogger({ pretty: false, level: 'silent' }));
afterAll(() => dispose());

let said: string[] = [];
beforeEach(() => {
  resetWarnings();
  said = [];
  vi.spyOn(console, 'warn').mockImplementation((line: string) => {
    if (line.startsWith('voice-otel: a LiveKit session '))
      said.push(line.slice('voice-otel: a LiveKit session '.length));
  });
});
afterEach(() => vi.restoreAllMocks());

class NamelessLlm extends FakeLlm {
  override get model(): string {
    return 'unknown';
  }
  override get provider(): string {
    return 'unknown';
  }
}

async function exchange(options: CallOptions): Promise<string[]> {
  const call = await new Call({ hears: ['Hello'], ...options }).start();
  await call.exchange(600);
  await call.close();
  return said;
}

describe('costs are missing', () => {
  const nameless = new NamelessLlm(() => ({ text: 'I see what you mean.' }));

  it('because LiveKit names no model', async () => {
    expect(await exchange({ session: { llm: nameless } })).toEqual([
      expect.stringMatching(
        /^has no costs for llm: LiveKit names no model\. Pass llmModel: 'provider\/model'/,
      ),
    ]);
  });

  it('and with a hint they are not', async () => {
    expect(await exchange({ session: { llm: nameless }, llmModel: 'openai/gpt-4.1-mini' })).toEqual([]);
  });

  it('because an llmNode of the application goes past the plugin', async () => {
    class OwnModel extends voice.Agent {
      override async llmNode(): Promise<ReadableStream<llm.ChatChunk | string>> {
        return new ReadableStream({
          start(controller) {
            controller.enqueue('I see what you mean.');
            controller.close();
          },
        });
      }
    }
    expect(await exchange({ agent: new OwnModel({ instructions: '' }) })).toEqual([
      expect.stringMatching(/^has no costs for its replies: LiveKit reported no metrics/),
    ]);
  });

  it('because the tracer provider has no processor of ours', async () => {
    vi.resetModules();
    const { Missing: Fresh } = await import('../../../src/instrumentation/livekit/missing.js');
    const missing = new Fresh({ recording: true, audioOutput: () => true });
    missing.signal({ type: 'user_turn_committed', time: 1, transcript: 'Hello', stop: 0 });
    missing.over(undefined);
    expect(said).toEqual([expect.stringMatching(/^went to a tracer provider without VoiceSpanProcessor/)]);
  });
});

describe('transcripts are empty', () => {
  it('because nothing recognises speech', async () => {
    const missing = new Missing({ recording: false, audioOutput: () => true });
    const signals: VoiceSignal[] = [
      { type: 'user_speech_started', time: 1 },
      { type: 'user_turn_committed', time: 900, stop: 700 },
    ];
    for (const signal of signals) missing.signal(signal);
    missing.over(undefined);
    expect(said).toEqual([expect.stringMatching(/^has no word of its user: there is no stt/)]);
  });
});

describe('latencies are absent', () => {
  it('because nobody heard the agent', async () => {
    const missing = new Missing({ recording: false, audioOutput: () => true });
    missing.signal({ type: 'user_turn_committed', time: 1, transcript: 'Hello', stop: 0 });
    missing.signal({ type: 'speech_created', time: 2, speechId: 's', origin: 'reply' });
    missing.signal({ type: 'stage_finished', time: 3, stage: llmStage });
    missing.signal({ type: 'agent_transcript', time: 4, speechId: 's', text: 'I see.' });
    missing.over(undefined);
    expect(said).toEqual([expect.stringMatching(/^has no time to first audio: the agent was never heard/)]);
  });

  it('the response latency alone, because there is no detector of voice activity', async () => {
    expect(await exchange({ deafDetector: true })).toEqual([
      expect.stringMatching(/^has no response latency: nothing says when the user truly stopped/),
    ]);
  });
});

const llmStage = {
  kind: 'llm',
  startTime: 2,
  endTime: 3,
  provider: 'openai',
  model: 'gpt-4.1-mini',
  payload: { promptTokens: 10, completionTokens: 2 },
} as const;

describe('the session never closes', () => {
  it('and a shutdown ends it, and says so', async () => {
    const tracer = new VoiceTracer({
      tracerProvider: provider(new SimpleSpanProcessor(new InMemorySpanExporter())),
    });
    const observability = new VoiceObservability({ tracer });
    const call = new Call({ attach: null });
    observability.attach(call.session, { agentId: 'a' });
    await call.start();
    await observability.shutdown();
    expect(said).toEqual([
      expect.stringMatching(/^was still open at shutdown and was ended then: call session\.close/),
    ]);
    await call.close();
  });
});

describe('nothing is said', () => {
  it('of a call that has everything', async () => {
    expect(await exchange({})).toEqual([]);
  });

  it('of a call in which nobody said anything', async () => {
    const call = await new Call({}).start();
    await call.close();
    expect(said).toEqual([]);
  });

  it('twice within half a minute, however many sessions lack the same', () => {
    for (let i = 0; i < 3; i += 1) {
      const missing = new Missing({ recording: false, audioOutput: () => true });
      missing.signal({ type: 'user_turn_committed', time: 1, stop: 0 });
      missing.over(undefined);
    }
    expect(said).toHaveLength(1);
  });
});

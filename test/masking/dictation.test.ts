import { context, type Span, trace } from '@opentelemetry/api';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { VoiceTracer } from '../../src/conversation/tracer.js';
import type { SpanProcessorLike } from '../../src/otel/types.js';
import { VoiceSpanProcessor } from '../../src/processor/voice-span-processor.js';

/** Keeps what leaves, as it leaves. */
class Wire implements SpanExporter {
  sent: string[] = [];

  export(spans: ReadableSpan[], done: (result: { code: number }) => void): void {
    this.sent.push(new TextDecoder().decode(JsonTraceSerializer.serializeRequest(spans)));
    done({ code: 0 });
  }

  async shutdown(): Promise<void> {}

  get all(): string {
    return this.sent.join('\n');
  }
}

const GROUPS = ['four one five', 'five five five', 'oh one two three'];
const LEFT = /four one|five five|oh one|one two|two three/i;

interface Call {
  readonly session: ReturnType<VoiceTracer['startSession']>;
  readonly history: { role: string; content: string }[];
}

function call(...processors: SpanProcessorLike[]): Call {
  const tracerProvider = new BasicTracerProvider({ spanProcessors: processors as SpanProcessor[] });
  return { session: new VoiceTracer({ tracerProvider }).startSession({ agentId: 'a' }), history: [] };
}

/** A turn of the caller with its recogniser: a growing partial for every word. */
function hear({ session, history }: Call, words: string): void {
  history.push({ role: 'user', content: words });
  session.userTurn((turn) => {
    turn.stage('stt', { provider: 'deepgram', model: 'nova-3' }, (stage) => {
      const all = words.split(' ');
      const partials = all.map((_, i) => ({ text: all.slice(0, i + 1).join(' '), final: false }));
      stage.setPayload({ partials, finalTranscript: words });
    });
    turn.event('user_input', { text: words });
    turn.speechEnded();
    turn.setTranscript(words);
  });
}

/** A turn of the agent whose model gets the whole history. */
function answer({ session, history }: Call, words: string): void {
  session.agentTurn((turn) => {
    turn.stage('llm', { provider: 'openai', model: 'gpt-4.1-mini' }, (stage) =>
      stage.setPayload({ prompt: [...history], completion: words }),
    );
    turn.stage('tts', {}, (stage) => stage.setPayload({ textInput: words }));
    turn.setTranscript(words);
  });
  history.push({ role: 'assistant', content: words });
}

function dictate(to: Call): void {
  const [first = '', second = '', third = ''] = GROUPS;
  hear(to, first);
  answer(to, 'go on');
  hear(to, second);
  answer(to, 'yes?');
  hear(to, third);
  answer(to, 'thank you');
}

describe('a number dictated over turns', () => {
  it('is masked on everything that waits in our queue, though nobody asked for it', async () => {
    const wire = new Wire();
    const processor = new VoiceSpanProcessor({ exporter: wire });
    const one = call(processor);
    dictate(one);
    one.session.end();
    await processor.forceFlush();
    expect(wire.all).not.toMatch(LEFT);
    expect(wire.all).toContain('go on');
    // Of each group: the stage, its turn, and its event; and it stands in the prompts that follow.
    expect(wire.all.match(/"stringValue":"\[REDACTED:phone\]"/g)).toHaveLength(6);
  });

  it('is masked as it goes after a prompt, with nothing held back', async () => {
    const wire = new Wire();
    const processor = new VoiceSpanProcessor({ exporter: wire });
    const one = call(processor);
    answer(one, 'What is the best phone number for you?');
    for (const group of GROUPS) {
      hear(one, group);
      await processor.forceFlush();
      expect(wire.all).not.toMatch(LEFT);
      answer(one, 'okay');
    }
    answer(one, `So that is ${GROUPS.join(', ')}?`);
    one.session.end();
    await processor.forceFlush();
    expect(wire.all).not.toMatch(LEFT);
    expect(wire.all).toContain('So that is [REDACTED:phone]?');
  });

  it('loses only what had left before anybody could know', async () => {
    const wire = new Wire();
    const processor = new VoiceSpanProcessor({ exporter: wire });
    const one = call(processor);
    hear(one, 'four one five');
    await processor.forceFlush();
    expect(wire.all).toContain('four one five');
    wire.sent = [];
    hear(one, 'five five five');
    hear(one, 'oh one two three');
    answer(one, 'thank you');
    one.session.end();
    await processor.forceFlush();
    expect(wire.all).not.toMatch(LEFT);
  });

  it('is masked in the queues of others, registered before or behind', async () => {
    for (const place of ['before', 'behind']) {
      const wire = new Wire();
      const theirs = new BatchSpanProcessor(wire);
      const ours = new VoiceSpanProcessor();
      const one = place === 'before' ? call(theirs, ours) : call(ours, theirs);
      dictate(one);
      one.session.end();
      await theirs.forceFlush();
      expect(wire.all).toContain('[REDACTED:phone]');
      expect(wire.all).not.toMatch(LEFT);
    }
  });

  it('is masked in copies: a second processor of ours, an SDK without onEnding', async () => {
    const wires = [new Wire(), new Wire()];
    const two = wires.map((exporter) => new VoiceSpanProcessor({ exporter }));
    const both = call(...two);
    dictate(both);
    both.session.end();
    const old = new Wire();
    const processor = new VoiceSpanProcessor({ exporter: old });
    const without: SpanProcessorLike = {
      onStart: (span, parent) => processor.onStart(span, parent),
      onEnd: (span) => processor.onEnd(span),
      forceFlush: () => processor.forceFlush(),
      shutdown: () => processor.shutdown(),
    };
    const one = call(without);
    dictate(one);
    one.session.end();
    await Promise.all([...two, processor].map((any) => any.forceFlush()));
    for (const wire of [...wires, old]) {
      expect(wire.all).toContain('[REDACTED:phone]');
      expect(wire.all).not.toMatch(LEFT);
    }
  });

  it('is masked on spans of others in the trace, ended before, and open meanwhile', async () => {
    const wire = new Wire();
    const processor = new VoiceSpanProcessor({ exporter: wire });
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [processor] });
    const one: Call = {
      session: new VoiceTracer({ tracerProvider }).startSession({ agentId: 'a' }),
      history: [],
    };
    const other = tracerProvider.getTracer('langchain');
    const start = (text: string): Span =>
      other.startSpan('chat', { attributes: { 'llm.prompts.0.content': text } }, one.session.context);
    hear(one, 'four one five');
    start('User said: four one five').end();
    const open = start('user: four one five');
    hear(one, 'five five five oh one two three');
    open.addEvent('gen_ai.user.message', { content: 'five five five oh one two three' });
    open.end();
    one.session.end();
    await processor.forceFlush();
    expect(wire.all).toContain('User said: [REDACTED:phone]');
    expect(wire.all).not.toMatch(LEFT);
  });

  it('counts what is masked later', () => {
    const kept: ReadableSpan[] = [];
    const one = call(
      new VoiceSpanProcessor({
        next: {
          onStart: () => {},
          onEnd: (span) => {
            kept.push(span as ReadableSpan);
          },
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      }),
    );
    one.session.userTurn((turn) => turn.setTranscript('four one five'));
    expect(kept[0]?.attributes['voice.masked.count']).toBeUndefined();
    one.session.userTurn((turn) => turn.setTranscript('five five five oh one two three'));
    expect(kept[0]?.attributes).toMatchObject({
      'voice.turn.transcript': '[REDACTED:phone]',
      'voice.masked.count': 1,
    });
  });

  it('of one session says nothing about another', async () => {
    const wire = new Wire();
    const processor = new VoiceSpanProcessor({ exporter: wire });
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [processor] });
    const tracer = new VoiceTracer({ tracerProvider });
    const [a, b] = [tracer.startSession({ agentId: 'a' }), tracer.startSession({ agentId: 'b' })];
    a.userTurn((turn) => turn.setTranscript('four one five'));
    b.userTurn((turn) => turn.setTranscript('five five five oh one'));
    a.end();
    b.end();
    await processor.forceFlush();
    expect(wire.all).toContain('four one five');
    expect(wire.all).toContain('five five five oh one');
  });

  it('stays with masker: false, and nothing is left with captureContent: false', async () => {
    for (const options of [{ masker: false }, { captureContent: false }] as const) {
      const wire = new Wire();
      const processor = new VoiceSpanProcessor({ exporter: wire, ...options });
      const one = call(processor);
      dictate(one);
      one.session.end();
      await processor.forceFlush();
      if ('masker' in options) expect(wire.all).toContain('four one five');
      else expect(wire.all).not.toMatch(LEFT);
    }
  });

  it('is masked whole in a long call, and the call before it is forgotten', async () => {
    const wire = new Wire();
    const processor = new VoiceSpanProcessor({ exporter: wire });
    const one = call(processor);
    for (let i = 0; i < 60; i += 1) {
      hear(one, 'and what about that');
      answer(one, 'I am looking');
    }
    await processor.forceFlush();
    dictate(one);
    one.session.end();
    await processor.forceFlush();
    expect(wire.all).not.toMatch(LEFT);
  });
});

// The context of a call is not left active by these tests.
it('leaves no span active', () => {
  expect(trace.getSpan(context.active())).toBeUndefined();
});

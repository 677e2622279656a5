import { EventEmitter } from 'node:events';
import { initializeLogger, llm, voice } from '@livekit/agents';
import { dispose } from '@livekit/rtc-node';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { VoiceTracer } from '../../../src/conversation/tracer.js';
import { resetWarnings } from '../../../src/otel/diagnostics.js';
import { VoiceObservability } from '../../../src/presets/livekit.js';
import { provider } from '../../support/spans.js';
import { sleep } from './fakes/audio.js';
import { Call } from './fakes/call.js';
import { expectConformant, outlineOf, turnsOf } from './outline.js';

beforeAll(() => initializeLogger({ pretty: false, level: 'silent' }));
afterAll(() => dispose());

const LISTENED = [
  'user_state_changed',
  'agent_state_changed',
  'user_input_transcribed',
  'conversation_item_added',
  'metrics_collected',
  'function_tools_executed',
  'speech_created',
  'agent_false_interruption',
  'overlapping_speech',
  'error',
  'close',
];

/** An AgentSession as the plain emitter that it is; its own type knows no other names than LiveKit's. */
function emitter(session: object): EventEmitter {
  if (!(session instanceof EventEmitter)) throw new Error('an AgentSession is an EventEmitter');
  return session;
}

function memory(): { tracer: VoiceTracer; exporter: InMemorySpanExporter } {
  const exporter = new InMemorySpanExporter();
  return {
    exporter,
    tracer: new VoiceTracer({ tracerProvider: provider(new SimpleSpanProcessor(exporter)) }),
  };
}

function listeners(session: EventEmitter): Record<string, number> {
  return Object.fromEntries(LISTENED.map((event) => [event, session.listenerCount(event)]));
}

describe.concurrent('attach', () => {
  it('after the start, in the middle of a greeting: its words are recorded, its beginning is not invented', async () => {
    const call = await new Call({ attach: null, hears: ['Hello'] }).start();
    const greeting = call.session.say('Hello there how can I help');
    await call.agentIs('speaking');
    await sleep(150);
    call.attach();
    await greeting.waitForPlayout();
    await call.exchange(600);
    const spans = await call.close();
    expect(outlineOf(spans)).toEqual([
      'session user_initiated',
      '0 agent "Hello there how can I help" completed []',
      '1 user "Hello" completed [stt vad]',
      '2 agent "I see what you mean." completed answers 1 [llm tts]',
    ]);
    expect(turnsOf(spans)[0]?.attributes).not.toHaveProperty('voice.turn.first_audio_offset');
  });

  it('twice is once: the first attachment holds', async () => {
    const call = new Call({ hears: ['Hello'] });
    const again = call.observability.attach(call.session, { agentId: 'other' });
    const elsewhere = new VoiceObservability({ tracer: memory().tracer }).attach(call.session, {
      agentId: 'other',
    });
    expect(again).toBe(call.attachment);
    expect(elsewhere).toBe(call.attachment);
    await call.start();
    await call.exchange(600);
    expect(outlineOf(await call.close())).toEqual([
      'session user_initiated',
      '0 user "Hello" completed [stt vad]',
      '1 agent "I see what you mean." completed answers 0 [llm tts]',
    ]);
  });

  it('a session that is started again after its close is another call', async () => {
    const call = await new Call().start();
    await call.session.say('First call').waitForPlayout();
    const first = [...(await call.close())];
    const { sessionId } = call.attachment.session;
    expect(outlineOf(first)).toEqual(['session user_initiated', '0 agent "First call" completed [tts]']);
    await call.start();
    expect(call.attachment.session.sessionId).not.toBe(sessionId);
    await call.session.say('Second call').waitForPlayout();
    const second = (await call.close()).slice(first.length);
    expect(outlineOf(second)).toEqual(['session user_initiated', '0 agent "Second call" completed [tts]']);
  });

  it('two calls at once do not mix', async () => {
    const calls = ['one', 'two'].map((name) => new Call({ hears: [`I am ${name}`], agentId: name }));
    await Promise.all(calls.map((call) => call.start()));
    await Promise.all(calls.map((call) => call.exchange(600)));
    for (const [index, name] of ['one', 'two'].entries()) {
      const spans = (await calls[index]?.close()) ?? [];
      expect(outlineOf(spans)).toEqual([
        'session user_initiated',
        `0 user "I am ${name}" completed [stt vad]`,
        '1 agent "I see what you mean." completed answers 0 [llm tts]',
      ]);
      expect(new Set(spans.map((span) => span.attributes['gen_ai.agent.name']))).toEqual(new Set([name]));
    }
  });

  it('after a hand-off turns carry the sub-agent', async () => {
    class Billing extends voice.Agent {
      override async onEnter(): Promise<void> {
        await this.session.say('Billing speaking').waitForPlayout();
      }
    }
    const transfer = llm.tool({
      name: 'transfer',
      description: 'to billing',
      parameters: { type: 'object', properties: {} },
      execute: async () => llm.handoff({ agent: new Billing({ id: 'billing', instructions: '' }) }),
    });
    const call = new Call({
      hears: ['My bill please', 'Thanks'],
      agent: new voice.Agent({ id: 'front', instructions: '', tools: [transfer] }),
      replies: (question) =>
        /bill/.test(question) ? { tool: { name: 'transfer', args: {} } } : { text: 'Bye.' },
    });
    await call.start();
    await call.microphone.say(600);
    await call.agentIs('speaking');
    await call.agentIs('listening');
    await call.exchange(500);
    const spans = await call.close();
    expect(outlineOf(spans)).toEqual([
      'session user_initiated agent_handoff',
      '0 user "My bill please" completed [stt vad]',
      '1 agent completed answers 0 [llm tool]',
      '2 agent "Billing speaking" completed billing [tts]',
      '3 user "Thanks" completed [stt vad]',
      '4 agent "Bye." completed billing answers 3 [llm tts]',
    ]);
  });

  it('identity stands on every span', async () => {
    const call = await new Call({
      agentId: 'support',
      agentVersion: '1.2',
      tenantId: 7,
      roomId: 'room-1',
      userId: 'u1',
      externalSessionId: 'ext',
      transport: 'sip',
      metadata: { campaign: 'spring' },
    }).start();
    await call.session.say('Hello').waitForPlayout();
    const spans = await call.close();
    for (const span of spans) {
      expect(span.attributes).toMatchObject({
        'gen_ai.agent.name': 'support',
        'gen_ai.agent.version': '1.2',
        'voice.tenant.id': '7',
        'voice.room.id': 'room-1',
        'user.id': 'u1',
        'voice.session.external_id': 'ext',
        'voice.session.transport': 'sip',
      });
    }
  });
});

describe.concurrent('detach', () => {
  it('leaves nothing of ours and ends the session', async () => {
    const call = new Call({ attach: null, hears: ['Hello'] });
    const before = listeners(emitter(call.session));
    call.attach();
    expect(Object.values(listeners(emitter(call.session)))).toEqual(
      Object.values(before).map((count) => count + 1),
    );
    await call.start();
    await call.session.say('Hello there').waitForPlayout();
    const own = call.speaker.listenerCount('playbackStarted');
    call.attachment.detach();
    expect(listeners(emitter(call.session))).toEqual(
      listeners(emitter(new voice.AgentSession({ llm: call.llm, vad: null }))),
    );
    expect(call.speaker.listenerCount('playbackStarted')).toBe(own - 1);
    const count = call.spans.length;
    expect(outlineOf(call.spans)).toEqual(['session ', '0 agent "Hello there" completed [tts]']);
    await call.exchange(600);
    await call.close();
    expect(call.spans).toHaveLength(count);
  });

  it('a session may be attached again', async () => {
    const call = await new Call().start();
    call.attachment.detach();
    const count = call.spans.length;
    call.attach();
    await call.session.say('Hello there').waitForPlayout();
    expect(outlineOf((await call.close()).slice(count))).toEqual([
      'session user_initiated',
      '0 agent "Hello there" completed [tts]',
    ]);
  });
});

describe.concurrent('shutdown', () => {
  it('ends the calls that are open, then delivers', async () => {
    const { tracer, exporter } = memory();
    const delivered: number[] = [];
    const observability = new VoiceObservability({
      tracer,
      flush: async () => void delivered.push(exporter.getFinishedSpans().length),
    });
    const call = new Call({ attach: null });
    observability.attach(call.session, { agentId: 'a' });
    await call.start();
    await call.session.say('Hello there').waitForPlayout();
    await observability.shutdown();
    expect(outlineOf(exporter.getFinishedSpans())).toEqual([
      'session shutdown',
      '0 agent "Hello there" completed [tts]',
    ]);
    expect(delivered).toEqual([3]);
    await call.close();
    await call.start();
    await call.close();
    expect(exporter.getFinishedSpans()).toHaveLength(3);
  });

  it('gives up a delivery that hangs and survives one that fails', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { tracer } = memory();
    const hanging = new VoiceObservability({ tracer, flush: () => new Promise(() => {}) });
    await hanging.shutdown({ drainTimeoutMs: 20 });
    const failing = new VoiceObservability({ tracer, flush: () => Promise.reject(new Error('down')) });
    await failing.shutdown();
    await failing.shutdown();
    expect(warn.mock.calls.map(([line]) => line)).toEqual([
      expect.stringContaining('took longer than 20 ms'),
      expect.stringContaining('Error: down'),
    ]);
    warn.mockRestore();
  });
});

describe('whatever it is given', () => {
  beforeEach(() => resetWarnings());
  afterEach(() => vi.restoreAllMocks());

  it.each([
    ['options', null, /options must be an object/],
    ['a tracer', { tracer: {} }, /tracer must be a VoiceTracer/],
    ['a flush', { tracer: memory().tracer, flush: 5 }, /flush must be a function/],
  ])('the constructor checks %s', (_, options, message) => {
    expect(() => new VoiceObservability(options as never)).toThrow(message);
  });

  const unreadableOutput = Object.defineProperty(new EventEmitter(), 'output', {
    get: () => {
      throw new Error('no');
    },
  });

  it('an output that cannot be read loses nothing but its own word', () => {
    const { tracer, exporter } = memory();
    const { detach } = new VoiceObservability({ tracer }).attach(unreadableOutput, { agentId: 'a' });
    const createdAt = Date.now();
    const speechHandle = { id: 's', interrupted: false, chatItems: [], addDoneCallback: () => {} };
    unreadableOutput.emit('speech_created', { source: 'say', userInitiated: true, speechHandle, createdAt });
    unreadableOutput.emit('agent_state_changed', { oldState: 'listening', newState: 'speaking', createdAt });
    detach();
    expect(outlineOf(exporter.getFinishedSpans())).toEqual(['session ', '0 agent session_closed []']);
  });

  const throwingEmitter = {
    on: () => {
      throw new Error('no');
    },
    off: () => {},
  };

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a number', 5],
    ['an object', {}],
    ['an emitter that throws', throwingEmitter],
  ])('attach to %s warns and gives a session that can be used', (_, session) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { tracer, exporter } = memory();
    const attachment = new VoiceObservability({ tracer }).attach(session as never, { agentId: 'a' });
    attachment.session.startUserTurn().end();
    attachment.detach();
    attachment.detach();
    expect(warn).toHaveBeenCalled();
    const names = exporter.getFinishedSpans().map(({ name }) => name);
    expect(names.slice(-2)).toEqual(['voice.user_turn', 'voice.session']);
  });

  const unreadable = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no');
      },
    },
  );

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a number', 5],
    ['of the wrong type', { agentId: 5n }],
    ['that cannot be read', unreadable],
  ])('options %s are survived', (_, options) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { tracer, exporter } = memory();
    new VoiceObservability({ tracer }).attach(new EventEmitter(), options as never).detach();
    expect(exporter.getFinishedSpans()[0]?.attributes['gen_ai.agent.name']).toBe('unknown');
  });

  it('an event of any shape reaches no listener of LiveKit as an error', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { tracer, exporter } = memory();
    const session = new EventEmitter();
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const throwing = {
      get item(): never {
        throw new Error('no');
      },
    };
    const payloads = [
      undefined,
      null,
      5,
      'text',
      {},
      [],
      throwing,
      proxy,
      { metrics: null },
      { item: {} },
      { speechHandle: null },
    ];
    const { detach } = new VoiceObservability({ tracer }).attach(session, { agentId: 'a' });
    for (const event of LISTENED.filter((name) => name !== 'close')) {
      for (const payload of payloads) expect(() => session.emit(event, payload)).not.toThrow();
    }
    expect(() => session.emit('close', undefined)).not.toThrow();
    detach();
    expectConformant(exporter.getFinishedSpans());
    expect(exporter.getFinishedSpans().at(-1)?.name).toBe('voice.session');
  });
});

describe('the context', () => {
  const manager = new AsyncLocalStorageContextManager();

  it('every session of an AgentSession hangs under what was active at attach', async () => {
    const { context } = await import('@opentelemetry/api');
    context.setGlobalContextManager(manager.enable());
    try {
      const { tracer, exporter } = memory();
      const parent = {
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
        traceFlags: 1,
      };
      const session = new EventEmitter();
      const active = trace.setSpanContext(ROOT_CONTEXT, parent);
      context.with(active, () => new VoiceObservability({ tracer }).attach(session, { agentId: 'a' }));
      const close = (): boolean => session.emit('close', { reason: 'done', createdAt: Date.now() });
      close();
      session.emit('conversation_item_added', {
        item: { id: 'h', type: 'agent_handoff', newAgentId: 'a' },
        createdAt: Date.now(),
      });
      close();
      const parents = exporter.getFinishedSpans().map((span) => span.parentSpanContext?.spanId);
      expect(parents).toEqual([parent.spanId, parent.spanId]);
    } finally {
      context.disable();
    }
  });
});

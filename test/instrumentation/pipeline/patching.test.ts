import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { observePipeline } from '../../../src/instrumentation/pipeline/observe.js';
import { resetWarnings } from '../../../src/otel/diagnostics.js';
import { recorder, turnsSeen } from './conversation.js';

/** A processor as they are written: private state, pushes of its own. */
class Synthesiser {
  static count = 0;
  readonly name = `Synthesiser#${Synthesiser.count}`;
  readonly received: unknown[] = [];
  #pushed = 0;
  next: Synthesiser | undefined;

  get pushed(): number {
    return this.#pushed;
  }

  async pushFrame(frame: object, direction = 'downstream'): Promise<string> {
    this.#pushed += 1;
    this.received.push(direction);
    await this.next?.pushFrame(frame, direction);
    return 'pushed';
  }

  async speak(text: string): Promise<string> {
    return this.pushFrame({ kind: 'agentText', text });
  }
}

const said = [
  { kind: 'userStartedSpeaking' },
  { kind: 'transcript', text: 'Hello?', final: true },
  { kind: 'llmStarted' },
];

beforeEach(() => resetWarnings());
afterEach(() => vi.restoreAllMocks());

describe('a processor that is observed', () => {
  it('keeps its private fields, its result and its arguments', async () => {
    const processor = new Synthesiser();
    const observation = observePipeline(processor, { agentId: 'agent', tracer: recorder().tracer });
    expect(await processor.speak('hello')).toBe('pushed');
    expect(await processor.pushFrame({}, 'upstream')).toBe('pushed');
    expect(processor.pushed).toBe(2);
    expect(processor.received).toEqual(['downstream', 'upstream']);
    observation.stop();
  });

  it('has nothing of ours left after stop', () => {
    const plain = new Synthesiser();
    const own = { pushFrame: (): string => 'own' };
    const { pushFrame } = own;
    const before = [plain, own].map((one) => Object.getOwnPropertyDescriptors(one));
    const observation = observePipeline([plain, own], { agentId: 'agent', tracer: recorder().tracer });
    expect(own.pushFrame).not.toBe(pushFrame);
    expect(Object.keys(plain)).toEqual(['name', 'received', 'next']);
    observation.stop();
    expect([plain, own].map((one) => Object.getOwnPropertyDescriptors(one))).toEqual(before);
    expect(plain.pushFrame).toBe(Synthesiser.prototype.pushFrame);
  });

  it('that somebody else has wrapped since keeps the wrapping, and is seen no more', async () => {
    const processor = new Synthesiser();
    const { tracer, spans } = recorder();
    const observation = observePipeline(processor, { agentId: 'agent', tracer });
    const ours = processor.pushFrame;
    const theirs: typeof ours = (frame, direction) => ours.call(processor, frame, direction);
    processor.pushFrame = theirs;
    observation.stop();
    expect(processor.pushFrame).toBe(theirs);
    expect(await processor.pushFrame({ kind: 'userStartedSpeaking' })).toBe('pushed');
    expect(spans).toEqual([]);
  });

  it('may throw what it likes', () => {
    const broken = {
      push(): never {
        throw new RangeError('full');
      },
    };
    const observation = observePipeline(broken, { agentId: 'agent', tracer: recorder().tracer });
    expect(() => Reflect.apply(broken.push, broken, [{ kind: 'llmStarted' }])).toThrow(
      new RangeError('full'),
    );
    observation.stop();
  });

  it('that is frozen works on, with a warning', async () => {
    const warnings = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const frozen = Object.freeze(new Synthesiser());
    const observation = observePipeline(frozen, { agentId: 'agent', tracer: recorder().tracer });
    expect(await frozen.pushFrame({})).toBe('pushed');
    expect(warnings.mock.calls.flat().join()).toContain('a processor is frozen');
    observation.stop();
  });
});

describe('a pipeline', () => {
  it.each([
    ['a list', (processors: Synthesiser[]) => processors],
    ['processors', (processors: Synthesiser[]) => ({ processors })],
    ['getProcessors', (processors: Synthesiser[]) => ({ getProcessors: () => processors })],
    ['nested pipelines', (processors: Synthesiser[]) => [{ processors: [{ processors }] }]],
    ['linked processors', ([first]: Synthesiser[]) => first ?? {}],
  ])('is found as %s, each frame counted once at all its hops', async (_, pipelineOf) => {
    const [first, second] = [new Synthesiser(), new Synthesiser()];
    first.next = second;
    const { tracer, spans } = recorder();
    const observation = observePipeline(pipelineOf([first, second]), { agentId: 'agent', tracer });
    for (const frame of said) await first.pushFrame(frame);
    observation.stop();
    expect(turnsSeen(spans)).toMatchObject([{ speaker: 'user', transcript: 'Hello?' }]);
    expect(second.pushed).toBe(3);
  });

  it('with observers is observed, and left', () => {
    const observers = new Set<{ onPushFrame(pushed: { frame: object }): void }>();
    const pipeline = {
      addObserver: (observer: { onPushFrame(pushed: { frame: object }): void }) => observers.add(observer),
      removeObserver: (observer: object) => observers.delete(observer as never),
    };
    const { tracer, spans } = recorder();
    const observation = observePipeline(pipeline, { agentId: 'agent', tracer });
    for (const frame of said) for (const observer of observers) observer.onPushFrame({ frame });
    observation.stop();
    expect(observers.size).toBe(0);
    expect(turnsSeen(spans)).toMatchObject([{ speaker: 'user', transcript: 'Hello?' }]);
  });

  it('in which nothing pushes gets a warning', () => {
    const warnings = vi.spyOn(console, 'warn').mockImplementation(() => {});
    observePipeline({}, { agentId: 'agent', tracer: recorder().tracer }).stop();
    expect(warnings.mock.calls.flat().join()).toContain('nothing that pushes frames');
  });
});

describe('a frame', () => {
  const audio = (kind: string): object =>
    Object.defineProperties(
      { kind },
      Object.fromEntries(
        ['audio', 'data', 'samples', 'buffer', 'image'].map((key) => [
          key,
          {
            get: () => {
              throw new Error(`somebody looked at ${key}`);
            },
          },
        ]),
      ),
    );

  it('of audio is never looked into', () => {
    const warnings = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const processor = { push(_frame: object): void {} };
    const { tracer, spans } = recorder();
    const observation = observePipeline(processor, { agentId: 'agent', tracer });
    for (const kind of ['inputAudioRaw', 'ttsAudioRaw', 'outputAudioRaw']) processor.push(audio(kind));
    observation.stop();
    expect(warnings).not.toHaveBeenCalled();
    expect(turnsSeen(spans)).toMatchObject([{ speaker: 'agent' }]);
  });

  it.each([
    [
      'throws wherever it is read',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('no');
          },
        },
      ),
    ],
    ['is a proxy that was revoked', revoked()],
    ['is no object', 7],
    ['is null', null],
    ['has metrics that are none', { kind: 'metrics', data: [null, 3, { value: { prompt_tokens: 'many' } }] }],
    ['has a name that is an object', { name: { toString: () => 'StartFrame' } }],
    ['has endless text', { kind: 'llmText', text: 'x'.repeat(1_000_000) }],
    ['has no text', { kind: 'transcript', text: null }],
  ])('that %s does no harm', (_, frame) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const pushed: unknown[] = [];
    const processor = { push: (one: unknown) => pushed.push(one) };
    const observation = observePipeline(processor, { agentId: 'agent', tracer: recorder().tracer });
    expect(Reflect.apply(processor.push, processor, [frame])).toBe(1);
    observation.stop();
    expect(pushed).toHaveLength(1);
  });

  it('is classified by the application first', () => {
    const processor = { push(_frame: object): void {} };
    const { tracer, spans } = recorder();
    const observation = observePipeline(processor, {
      agentId: 'agent',
      tracer,
      classify: (frame) => {
        if (!('say' in (frame as object))) return undefined;
        const { say } = frame as { say: string };
        return say === '' ? [] : [{ type: 'transcript', text: say, final: true }, { type: 'llm_started' }];
      },
    });
    processor.push({ say: 'Ours.' });
    processor.push({ say: '', kind: 'llmText', text: 'left out' });
    processor.push({ kind: 'llmText', text: 'Taken.' });
    observation.stop();
    expect(turnsSeen(spans)).toMatchObject([{ speaker: 'user', transcript: 'Ours.' }]);
  });

  it('that the application cannot classify does no harm', () => {
    const warnings = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const processor = { push: (_frame: object): string => 'pushed' };
    const observation = observePipeline(processor, {
      agentId: 'agent',
      tracer: recorder().tracer,
      classify: () => {
        throw new Error('unclear');
      },
    });
    expect(processor.push({ kind: 'start' })).toBe('pushed');
    observation.stop();
    expect(warnings.mock.calls.flat().join()).toContain('unclear');
  });
});

describe('options that cannot be meant', () => {
  it.each([
    [undefined, 'observePipeline: options must be an object with an agentId'],
    [{ agentId: 'a', classfy: () => {} }, /there is no option classfy; there are agentId,/],
    [{ agentId: 'a', tracer: {} }, 'observePipeline: tracer must be a VoiceTracer'],
    [
      { agentId: 'a', llmModel: 4 },
      "observePipeline: llmModel must be a string, 'provider/model' or 'model'",
    ],
    [{ agentId: 'a', classify: 'kind' }, 'observePipeline: classify must be a function of a frame'],
    [
      { agentId: 'a', classes: { StartFrame: 'Start' } },
      'observePipeline: classes.StartFrame must be a class',
    ],
  ])('%j', (options, message) => {
    expect(() => observePipeline({}, options as never)).toThrow(message);
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

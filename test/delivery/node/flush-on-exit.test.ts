import { afterEach, describe, expect, it } from 'vitest';
import { DeliveryQueue } from '../../../src/delivery/queue.js';
import { VoiceSpanProcessor } from '../../../src/index.js';
import { fileSpool, flushOnExit } from '../../../src/node.js';
import { span } from '../span.js';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

function listeners(): number[] {
  return [...SIGNALS, 'exit' as const].map((event) => process.listenerCount(event));
}

const before = listeners();
let taken: (() => void)[] = [];

afterEach(() => {
  for (const takeBack of taken) takeBack();
  taken = [];
});

function added(): number[] {
  return listeners().map((count, index) => count - (before[index] ?? 0));
}

describe('flushOnExit', () => {
  it('has one listener of a kind for however many, and none when all are taken back', () => {
    taken = Array.from({ length: 50 }, () => flushOnExit(new VoiceSpanProcessor()));
    expect(added()).toEqual([1, 1, 0, 1]);
    taken.push(flushOnExit(new VoiceSpanProcessor(), { signals: ['SIGHUP'] }));
    expect(added()).toEqual([1, 1, 1, 1]);
    taken.pop()?.();
    expect(added()).toEqual([1, 1, 0, 1]);
    for (const takeBack of taken) takeBack();
    expect(added()).toEqual([0, 0, 0, 0]);
  });

  it.each([
    [undefined, {}, 'takes a VoiceSpanProcessor or a tracer provider'],
    [{}, {}, 'takes a VoiceSpanProcessor or a tracer provider'],
    [new VoiceSpanProcessor(), { drainTimeout: 1 }, 'there is no option drainTimeout'],
    [new VoiceSpanProcessor(), { drainTimeoutMs: -1 }, 'drainTimeoutMs must be a whole number'],
    [new VoiceSpanProcessor(), { signals: ['SIGKILL'] }, 'signals must be a list of SIGTERM, SIGINT, SIGHUP'],
    [new VoiceSpanProcessor(), { beforeFlush: 1 }, 'beforeFlush must be a function'],
  ])('refuses what cannot work: %#', (target, options, message) => {
    expect(() => Reflect.apply(flushOnExit, undefined, [target, options])).toThrow(TypeError);
    expect(() => Reflect.apply(flushOnExit, undefined, [target, options])).toThrow(message);
    expect(added()).toEqual([0, 0, 0, 0]);
  });
});

describe('fileSpool', () => {
  it.each([
    [{}, 'directory must be a path'],
    [{ directory: '' }, 'directory must be a path'],
    [{ directory: new URL('https://a.b') }, 'directory must be a path'],
    [{ directory: 'a', maxBytes: 0 }, 'maxBytes must be a whole number'],
    [{ directory: 'a', masker: false }, 'nothing is written unmasked'],
    [{ directory: 'a', path: 'b' }, 'there is no option path'],
  ])('refuses what cannot work: %o', (options, message) => {
    expect(() => Reflect.apply(fileSpool, undefined, [options])).toThrow(message);
  });

  it('that is none is refused by the queue', () => {
    const exporter = { export: () => {}, shutdown: async () => {} };
    expect(() => Reflect.construct(DeliveryQueue, [exporter, { spool: {} }])).toThrow(
      'delivery.spool must be a spool, as fileSpool() makes it',
    );
  });
});

describe('a spool that throws', () => {
  it('costs the queue nothing', async () => {
    const names: string[] = [];
    const fail = (): never => {
      throw new Error('broken');
    };
    const exporter = {
      export: (spans: { name: string }[], done: (result: { code: number }) => void): void => {
        names.push(...spans.map(({ name }) => name));
        done({ code: 0 });
      },
      shutdown: async () => {},
    };
    const part = { add: fail, remove: fail, recover: fail, keep: fail, close: fail };
    for (const spool of [{ open: fail }, { open: () => part }]) {
      const queue = new DeliveryQueue(exporter, { spool });
      queue.enqueue(span('a'));
      await queue.forceFlush();
      await queue.shutdown();
    }
    expect(names).toEqual(['a', 'a']);
  });
});

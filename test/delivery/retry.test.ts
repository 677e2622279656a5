import { describe, expect, it, vi } from 'vitest';
import { DeliveryQueue } from '../../src/delivery/queue.js';
import {
  enqueueAll,
  fail,
  hang,
  httpError,
  names,
  refuseBatchesWith,
  ScriptedExporter,
  succeed,
  turn,
  withFakeTime,
} from './support.js';

const warnings = withFakeTime();

describe('failures that pass', () => {
  const passing: [string, unknown][] = [
    ['no error at all', undefined],
    ['an error that says nothing', new Error('?')],
    ['network', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['a gRPC code', Object.assign(new Error('unavailable'), { code: 14 })],
    ...[401, 403, 404, 408, 415, 429, 500, 501, 502, 503, 504].map((status): [string, unknown] => [
      `HTTP ${status}`,
      httpError(status),
    ]),
    ['text', 'broken'],
    [
      'an error that cannot be read',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('no');
          },
        },
      ),
    ],
  ];

  it.each(passing)('keeps and retries after %s', async (_name, error) => {
    const exporter = new ScriptedExporter(fail(error));
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 10);
    await turn();
    expect(exporter.calls).toHaveLength(1);
    expect(queue.size).toBe(10);
    exporter.behaviour = succeed;
    await vi.advanceTimersByTimeAsync(2000);
    expect(exporter.accepted).toEqual(names(0, 10));
    expect(queue.dropped).toBe(0);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('at once');
      },
    ],
    ['rejects', () => Promise.reject(new Error('later'))],
    [
      'throws no error',
      () => {
        throw undefined;
      },
    ],
    [
      'answers with nothing',
      (_batch: unknown, answer: (result: never) => void) => answer(undefined as never),
    ],
    [
      'answers with an unreadable result',
      (_batch: unknown, answer: (result: never) => void) =>
        answer(
          new Proxy(
            {},
            {
              get: () => {
                throw new Error('no');
              },
            },
          ) as never,
        ),
    ],
  ])('survives an exporter that %s', async (_name, behaviour) => {
    const exporter = new ScriptedExporter(behaviour);
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 10);
    await turn();
    expect(exporter.calls).toHaveLength(1);
    expect(queue.size).toBe(10);
    exporter.behaviour = succeed;
    await vi.advanceTimersByTimeAsync(2000);
    expect(exporter.accepted).toEqual(names(0, 10));
  });

  it.each([
    [0, [1, 2, 4, 8, 16, 30, 30]],
    [1, [2, 4, 8, 16, 32, 60, 60]],
  ])('waits longer after each failure, at random %d: %j s', async (random, waits) => {
    const exporter = new ScriptedExporter(fail(httpError(503)));
    const queue = new DeliveryQueue(exporter, {}, { random: () => random });
    enqueueAll(queue, 0, 10);
    await vi.advanceTimersByTimeAsync(waits.reduce((sum, wait) => sum + wait, 0) * 1000);
    const between = exporter.callTimes
      .slice(1)
      .map((time, index) => (time - (exporter.callTimes[index] ?? 0)) / 1000);
    expect(between).toEqual(waits);
    expect(exporter.calls).toEqual(Array.from({ length: 8 }, () => names(0, 10)));
    exporter.behaviour = succeed;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(exporter.accepted).toEqual(names(0, 10));
    expect(queue.dropped).toBe(0);
  });

  it('starts over with short waits after a success', async () => {
    const exporter = new ScriptedExporter(fail());
    const queue = new DeliveryQueue(exporter, {}, { random: () => 1 });
    enqueueAll(queue, 0, 10);
    await vi.advanceTimersByTimeAsync(6000);
    exporter.behaviour = succeed;
    await vi.advanceTimersByTimeAsync(8000);
    expect(queue.size).toBe(0);
    exporter.behaviour = fail();
    enqueueAll(queue, 10, 20);
    await turn();
    const calls = exporter.calls.length;
    await vi.advanceTimersByTimeAsync(1999);
    expect(exporter.calls).toHaveLength(calls);
    await vi.advanceTimersByTimeAsync(1);
    expect(exporter.calls).toHaveLength(calls + 1);
  });

  it.each([
    ['90 s', 90_000, 90_000],
    ['an hour: five minutes at most', 3_600_000, 300_000],
    ['20 ms: a second at least', 20, 1000],
    ['0: as if not given', 0, 2000],
    ['a negative time: as if not given', -5000, 2000],
    ['NaN: as if not given', Number.NaN, 2000],
    ['text: as if not given', '30', 2000],
  ])('obeys Retry-After of %s', async (_name, retryAfterMs, waitMs) => {
    const random = waitMs === 2000 ? 1 : 0;
    const exporter = new ScriptedExporter(fail(httpError(429, { retryAfterMs })));
    const queue = new DeliveryQueue(exporter, {}, { random: () => random });
    enqueueAll(queue, 0, 10);
    await turn();
    await vi.advanceTimersByTimeAsync(waitMs - 1);
    expect(exporter.calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(exporter.calls).toHaveLength(2);
  });

  it('sends nothing new during back-off, whatever comes in', async () => {
    const exporter = new ScriptedExporter(fail(httpError(503)));
    const queue = new DeliveryQueue(exporter, {}, { random: () => 0 });
    enqueueAll(queue, 0, 10);
    await turn();
    for (let step = 0; step < 9; step += 1) {
      enqueueAll(queue, 10 + step * 10, 20 + step * 10);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(exporter.calls).toHaveLength(1);
    exporter.behaviour = succeed;
    await vi.advanceTimersByTimeAsync(100);
    expect(exporter.accepted).toEqual(names(0, 100));
  });

  it('keeps only the newest when it fails for longer than the queue holds', async () => {
    const exporter = new ScriptedExporter(fail(httpError(503)));
    const queue = new DeliveryQueue(exporter, { maxQueueSize: 100 });
    for (let step = 0; step < 50; step += 1) {
      enqueueAll(queue, step * 20, step * 20 + 20);
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(queue.size).toBe(100);
    expect(queue.dropped).toBe(900);
    exporter.behaviour = succeed;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(exporter.accepted).toEqual(names(900, 1000));
  });

  it('warns once in a while, with what is kept and when it tries again', async () => {
    const exporter = new ScriptedExporter(fail(httpError(503)));
    const queue = new DeliveryQueue(exporter, {}, { random: () => 1 });
    enqueueAll(queue, 0, 10);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(exporter.calls).toHaveLength(3);
    expect(warnings).toEqual([
      'voice-otel: ScriptedExporter: an export failed (HTTP 503, Error: status 503); 10 spans are kept, next try in 2 s',
    ]);
  });
});

describe('an exporter that does not answer', () => {
  it('is given up after its time limit; the batch is sent again', async () => {
    const exporter = new ScriptedExporter(hang);
    const queue = new DeliveryQueue(exporter, { exportTimeoutMs: 1000 }, { random: () => 1 });
    enqueueAll(queue, 0, 10);
    await vi.advanceTimersByTimeAsync(999);
    exporter.behaviour = succeed;
    await vi.advanceTimersByTimeAsync(2000);
    expect(exporter.calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(exporter.accepted).toEqual(names(0, 10));
    expect(warnings[0]).toContain('no answer in 1000 ms');
  });

  it('changes nothing by answering late', async () => {
    let late: (result: { code: number }) => void = () => {};
    const exporter = new ScriptedExporter((_batch, answer) => {
      late = answer;
    });
    const queue = new DeliveryQueue(exporter, { exportTimeoutMs: 1000 });
    enqueueAll(queue, 0, 10);
    await vi.advanceTimersByTimeAsync(1000);
    const first = late;
    let second: (result: { code: number }) => void = () => {};
    exporter.behaviour = (_batch, answer) => {
      second = answer;
    };
    await vi.advanceTimersByTimeAsync(2000);
    expect(exporter.calls).toHaveLength(2);
    first({ code: 0 });
    first({ code: 1 });
    await turn();
    expect(queue.size).toBe(10);
    second({ code: 0 });
    await turn();
    expect(queue.size).toBe(0);
    expect(exporter.calls).toHaveLength(2);
  });

  it('has four exports outstanding at most, and is tried again when one of them ends', async () => {
    const answers: ((result: { code: number }) => void)[] = [];
    const exporter = new ScriptedExporter((_batch, answer) => void answers.push(answer));
    const queue = new DeliveryQueue(exporter, { exportTimeoutMs: 1000, maxQueueSize: 100 });
    enqueueAll(queue, 0, 10);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(exporter.calls).toHaveLength(4);
    expect(exporter.mostLive).toBe(4);
    expect(vi.getTimerCount()).toBe(0);
    expect(warnings.join()).toContain('no answer');

    enqueueAll(queue, 10, 150);
    await queue.forceFlush();
    expect(exporter.calls).toHaveLength(4);
    expect(queue.size).toBe(100);

    exporter.behaviour = succeed;
    answers[2]?.({ code: 1 });
    await turn();
    expect(exporter.accepted).toEqual(names(50, 150));
    expect(queue.size).toBe(0);
  });

  it('may settle an abandoned export by rejecting', async () => {
    const rejects: ((error: Error) => void)[] = [];
    const exporter = new ScriptedExporter(() => new Promise((_resolve, reject) => void rejects.push(reject)));
    const queue = new DeliveryQueue(exporter, { exportTimeoutMs: 1000 });
    enqueueAll(queue, 0, 10);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(exporter.calls).toHaveLength(4);
    exporter.behaviour = succeed;
    rejects[0]?.(new Error('at last'));
    await turn();
    expect(exporter.accepted).toEqual(names(0, 10));
  });
});

describe('an exporter that answers twice', () => {
  it.each([
    ['success, then failure', [0, 1], 1],
    ['failure, then success', [1, 0], 2],
  ])('counts the first answer: %s', async (_name, codes, calls) => {
    const exporter = new ScriptedExporter((_batch, answer) => {
      if (exporter.calls.length > 1) return answer({ code: 0 });
      for (const code of codes) answer({ code });
      return Promise.reject(new Error('and rejects'));
    });
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 10);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(exporter.calls).toHaveLength(calls);
    expect(queue.size).toBe(0);
    expect(queue.dropped).toBe(0);
  });
});

describe('a batch that is refused as such', () => {
  const carriers: [string, (status: number) => Error][] = [
    ['code', (status) => Object.assign(new Error('refused'), { code: status })],
    ['httpStatus', (status) => Object.assign(new Error('refused'), { httpStatus: status })],
    ['status', (status) => Object.assign(new Error('refused'), { code: 'ERR_BAD_REQUEST', status })],
    ['statusCode', (status) => Object.assign(new Error('refused'), { statusCode: status })],
  ];
  for (const status of [400, 413, 422]) {
    it.each(carriers)(
      `is halved until the bad span is alone: ${status} in error.%s`,
      async (_name, error) => {
        const exporter = new ScriptedExporter(refuseBatchesWith(new Set(['37']), () => error(status)));
        const dropped: [number, string][] = [];
        const queue = new DeliveryQueue(
          exporter,
          {},
          { onDropped: (count, reason) => void dropped.push([count, reason]) },
        );
        enqueueAll(queue, 0, 64);
        await turn();
        expect(exporter.accepted).toEqual(names(0, 64).filter((name) => name !== '37'));
        expect(dropped).toEqual([[1, 'refused']]);
        expect(queue.dropped).toBe(1);
        expect(queue.size).toBe(0);
        // By hand: 0–63 refused, 0–31, 32–63 refused, 32–47 refused, 32–39 refused, 32–35, 36–39 refused,
        // 36–37 refused, 36, 37 refused, 38–39, 40–47, 48–63.
        const sizes = [64, 32, 32, 16, 8, 4, 4, 2, 1, 1, 2, 8, 16];
        expect(exporter.calls.map((batch) => batch.length)).toEqual(sizes);
        expect(warnings).toEqual([
          `voice-otel: ScriptedExporter: a span was refused and is dropped (HTTP ${status}, Error: refused); 1 dropped so far`,
        ]);
      },
    );
  }

  it('loses none but the bad ones, wherever they are', async () => {
    const bad = new Set(['0', '1', '40', '63', '64', '99', '149']);
    const exporter = new ScriptedExporter(refuseBatchesWith(bad, () => httpError(400)));
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 150);
    await queue.forceFlush();
    expect(exporter.accepted).toEqual(names(0, 150).filter((name) => !bad.has(name)));
    expect(queue.dropped).toBe(bad.size);
  });

  it('is taken further apart after a failure that passes in between', async () => {
    const exporter = new ScriptedExporter(refuseBatchesWith(new Set(['3']), () => httpError(413)));
    const refuse = exporter.behaviour;
    exporter.behaviour = (batch, answer) => {
      if (exporter.calls.length === 3) return answer({ code: 1, error: httpError(503) });
      return refuse(batch, answer);
    };
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 16);
    await turn();
    expect(exporter.calls.map((batch) => batch.length)).toEqual([16, 8, 4]);
    enqueueAll(queue, 16, 20);
    await vi.advanceTimersByTimeAsync(2000);
    expect(exporter.accepted).toEqual(names(0, 20).filter((name) => name !== '3'));
    expect(exporter.calls.slice(2).map((batch) => batch.length)).toEqual([4, 4, 2, 2, 1, 1, 4, 8, 4]);
  });

  it('may be pushed out between its parts', async () => {
    const exporter = new ScriptedExporter((_batch, answer) => {
      answer({ code: 1, error: httpError(exporter.calls.length === 1 ? 400 : 503) });
    });
    const queue = new DeliveryQueue(exporter, { maxQueueSize: 16 });
    enqueueAll(queue, 0, 16);
    await turn();
    expect(exporter.calls.map((batch) => batch.length)).toEqual([16, 8]);
    enqueueAll(queue, 16, 21);
    exporter.behaviour = succeed;
    await vi.advanceTimersByTimeAsync(2000);
    expect(exporter.calls.slice(2)).toEqual([names(5, 8), names(8, 16), names(16, 21)]);
    expect(queue.dropped).toBe(5);
  });

  it('may be pushed out while it is taken apart', async () => {
    let answer: (result: { code: number; error?: Error }) => void = () => {};
    const exporter = new ScriptedExporter((_batch, callback) => {
      answer = callback;
    });
    const queue = new DeliveryQueue(exporter, { maxQueueSize: 16 });
    enqueueAll(queue, 0, 16);
    await turn();
    enqueueAll(queue, 16, 21);
    answer({ code: 1, error: httpError(400) });
    await turn();
    expect(queue.dropped).toBe(5);
    expect(exporter.calls[1]).toEqual(names(5, 11));
    exporter.behaviour = refuseBatchesWith(new Set(['12']), () => httpError(400));
    answer({ code: 0 });
    await queue.forceFlush();
    expect(exporter.accepted).toEqual([...names(5, 12), ...names(13, 21)]);
    expect(queue.dropped).toBe(6);
  });

  it('slows down when every span is refused, and speeds up when one is taken', async () => {
    const exporter = new ScriptedExporter(fail(httpError(400)));
    const queue = new DeliveryQueue(exporter, {}, { random: () => 1 });
    enqueueAll(queue, 0, 200);
    await turn();
    expect(queue.dropped).toBe(64);
    await vi.advanceTimersByTimeAsync(1999);
    expect(queue.dropped).toBe(64);
    exporter.behaviour = succeed;
    await vi.advanceTimersByTimeAsync(1);
    expect(exporter.accepted).toEqual(names(64, 200));
    expect(queue.dropped).toBe(64);
  });
});

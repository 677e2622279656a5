/** A small seeded generator (mulberry32), so that a failure can be run again. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function throwing(...names: string[]): object {
  const target = {};
  for (const name of names) {
    Object.defineProperty(target, name, {
      enumerable: true,
      get() {
        throw new Error(`no ${name}`);
      },
    });
  }
  return target;
}

function cycle(): object {
  const one: { self?: object; list: unknown[] } = { list: [1] };
  one.self = one;
  one.list.push(one);
  return one;
}

const FIELDS = [
  'speechStartedAt',
  'speechEndedAt',
  'confidenceSeries',
  'ttftMs',
  'ttfbMs',
  'characters',
  'finalTranscript',
  'finalConfidence',
  'language',
  'requestDurationMs',
  'completionTokens',
  'cachedTokens',
  'tokensPerSecond',
  'completion',
  'arguments',
  'result',
  'callId',
  'urlPath',
  'statusCode',
  'requestBytes',
  'intent',
  'entities',
  'stateBefore',
  'actionSelected',
  'voiceId',
  'audioBytes',
  'packetLossPct',
  'jitterMs',
  'turnIndex',
  'replyToId',
  'agentName',
  'content',
  'role',
  'seq',
  'text',
  'agentId',
  'sessionId',
  'metadata',
  'reason',
  'endTime',
  'startTime',
  'provider',
  'model',
  'mode',
  'turnId',
  'byTurnId',
  'interruptLatencyMs',
  'promptTokens',
  'costUsd',
  'audioDurationMs',
  'partials',
  'prompt',
  'toolCalls',
  'name',
  'method',
  'mosScore',
  'tracer',
  'toJSON',
  'then',
  'length',
  'stageId',
  'textInput',
  'message',
  'code',
] as const;

/** What no type checker would let through. */
const HOSTILE: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => -1,
  () => 2 ** 60,
  () => 1e308,
  () => 10n ** 30n,
  () => '',
  () => 'x'.repeat(20_000),
  () => '\ud800 lone surrogate \u202e',
  () => Symbol('s'),
  () => () => 1,
  () => [],
  () => [[[]]],
  () => new Date(Number.NaN),
  () => new Date(8.64e15),
  () => new Date(-1),
  () => [1e300, 1e300],
  () => [-5, Number.NaN],
  () => new Map([['k', 1]]),
  () => new Error('an error'),
  () => Object.create(null),
  () => new Uint8Array(64),
  () =>
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('get');
        },
        ownKeys: () => {
          throw new Error('keys');
        },
      },
    ),
  () => Object.freeze({ agentId: 'frozen' }),
  revoked,
  cycle,
  () => Object.create(Date.prototype),
  () => Object.create(Promise.prototype),
  () => new Array(4e8),
  () =>
    Object.assign([1, 2], {
      *[Symbol.iterator]() {
        for (;;) yield 1;
      },
    }),
  () =>
    Object.assign(new Map(), {
      *[Symbol.iterator]() {
        for (;;) yield ['k', 1];
      },
    }),
  () => new Set(Array.from({ length: 1000 }, (_, i) => i)),
  () => throwing(...FIELDS),
  () => ({
    toJSON: () => {
      throw new Error('toJSON');
    },
  }),
];

/** A value of any kind: hostile, ordinary, or an object of the API's own fields with hostile values. */
export function anything(random: Random, depth = 0): unknown {
  const roll = random.next();
  if (roll < 0.45) {
    const make = random.pick(HOSTILE);
    try {
      return make();
    } catch {
      return make;
    }
  }
  if (roll < 0.75 || depth > 2)
    return random.pick<unknown>([
      'text',
      'openai',
      0,
      1,
      12.5,
      true,
      1_700_000_000_000,
      new Date(1_700_000_000_000),
    ]);
  const object: Record<string, unknown> = {};
  for (let i = random.below(5); i >= 0; i -= 1) object[random.pick(FIELDS)] = anything(random, depth + 1);
  return object;
}

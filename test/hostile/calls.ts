import type { VoiceTracer } from '../../src/conversation/tracer.js';
import { anything, type Random } from './values.js';

type Call = (...args: unknown[]) => unknown;

const KINDS = ['stt', 'llm', 'tts', 'vad', 'nlu', 'dialogue_management', 'api_call', 'tool'] as const;

/** Objects of the API that are alive, so that calls hit each other in any state. */
export class Playground {
  readonly #tracer: VoiceTracer;
  readonly #random: Random;
  readonly #sessions: object[] = [];
  readonly #turns: object[] = [];
  readonly #stages: object[] = [];

  constructor(tracer: VoiceTracer, random: Random) {
    this.#tracer = tracer;
    this.#random = random;
  }

  /** Makes one random call. Whatever it throws is the test's failure. */
  step(): void {
    const roll = this.#random.next();
    if (roll < 0.02 || this.#sessions.length === 0)
      this.#keep(this.#sessions, this.#call(this.#tracer, 'startSession'), 8);
    else if (roll < 0.25) this.#session();
    else if (roll < 0.65) this.#turn();
    else this.#stage();
  }

  /** Ends what is still open. */
  end(): void {
    for (const session of this.#sessions) (session as { end(): void }).end();
  }

  #session(): void {
    const session = this.#random.pick(this.#sessions);
    const name = this.#random.pick([
      'startUserTurn',
      'startAgentTurn',
      'userTurn',
      'agentTurn',
      'event',
      'setTransportQuality',
      'startStage',
      'toSessionTime',
      'now',
      ...(this.#random.next() < 0.1 ? ['end'] : []),
    ]);
    if (name === 'userTurn' || name === 'agentTurn') this.#callback(session, name, []);
    else if (name.endsWith('Turn')) this.#keep(this.#turns, this.#call(session, name), 16);
    else if (name === 'startStage')
      this.#keep(this.#stages, this.#call(session, name, [this.#random.pick(KINDS)]), 16);
    else this.#call(session, name);
  }

  #turn(): void {
    const turn = this.#turns.length === 0 ? undefined : this.#random.pick(this.#turns);
    if (turn === undefined) return;
    const name = this.#random.pick([
      'startStage',
      'stage',
      'setTranscript',
      'event',
      'end',
      'speechEnded',
      'markInterrupted',
      'firstAudio',
      'lastAudio',
      'setGeneratedTranscript',
      'announcedEnd',
    ]);
    const kind = this.#random.next() < 0.8 ? this.#random.pick(KINDS) : anything(this.#random);
    if (name === 'stage') this.#callback(turn, name, [kind, anything(this.#random)]);
    else if (name === 'startStage') this.#keep(this.#stages, this.#call(turn, name, [kind]), 16);
    else if (name in turn) this.#call(turn, name);
  }

  #stage(): void {
    const stage = this.#stages.length === 0 ? undefined : this.#random.pick(this.#stages);
    if (stage === undefined) return;
    this.#call(
      stage,
      this.#random.pick(['setPayload', 'addPartial', 'firstOutput', 'fail', 'discard', 'setTiming', 'end']),
    );
  }

  #callback(owner: object, name: string, first: unknown[]): void {
    const error = new Error("the application's own");
    const works: Call[] = [
      () => 1,
      () => Promise.resolve(2),
      () => Promise.reject(error),
      () => new Proxy(Promise.resolve(1), {}),
      () => Object.create(Promise.prototype),
      () => {
        throw error;
      },
      (inner) => {
        this.#keep(name === 'stage' ? this.#stages : this.#turns, inner, 16);
        return inner;
      },
    ];
    const work = this.#random.pick(works);
    try {
      const result = (owner as Record<string, Call>)[name]?.(...first, work);
      if (result instanceof Promise) {
        // What is no promise cannot be awaited by anybody; the caller hears of it as of their own error.
        result.catch((reason: unknown) => {
          if (reason !== error && !(reason instanceof TypeError)) throw reason;
        });
      }
    } catch (thrown) {
      if (thrown !== error) throw thrown;
    }
    if (this.#random.next() < 0.05)
      (owner as Record<string, Call>)[name]?.(...first, anything(this.#random) as Call);
  }

  #call(owner: object, name: string, first: unknown[] = []): unknown {
    const args = Array.from({ length: this.#random.below(3) }, () => anything(this.#random));
    return (owner as Record<string, Call>)[name]?.(...first, ...args);
  }

  #keep(list: object[], made: unknown, most: number): void {
    if (typeof made !== 'object' || made === null) throw new Error('a call that makes an object made none');
    list.push(made);
    if (list.length <= most) return;
    const [gone] = list.splice(this.#random.below(list.length), 1);
    // A session that nobody ends leaves no span; its stages would look like orphans.
    if (list === this.#sessions) (gone as { end(): void }).end();
  }
}

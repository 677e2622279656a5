import { line, type OtlpSpan, otlpSpan, type SpanSpec, type Value } from './otlp-span.js';
import { Random } from './random.js';

/** A call that never took place, in the vocabulary of the package, as its own spans would tell it. */
export interface MadeUpCallOptions {
  readonly seed: number;
  /** Epoch milliseconds. */
  readonly startTime: number;
  /** Answers of the agent, each to a turn of the caller; the greeting comes before them. */
  readonly exchanges: number;
  readonly agentName?: string;
  readonly agentVersion?: string;
  readonly transport?: string;
  /** Added to every wait for the end of a turn, ms. */
  readonly slowerByMs?: number;
  /** Until the caller says something, ms, at most. */
  readonly pauseMs?: number;
  /** Whether the session's own span is there. Default: true. */
  readonly ended?: boolean;
}

export interface MadeUpCall {
  readonly sessionId: string;
  /** In order of their end. */
  readonly spans: readonly OtlpSpan[];
  /** As `voice.turn.response_latency` says them, ms, in order. */
  readonly responseLatenciesMs: readonly number[];
  readonly interruptions: number;
  readonly turns: number;
}

const QUESTIONS = [
  'Hi, do you ship decaf to Canada?',
  'Where is my order 4712?',
  'Can I change the address to [REDACTED:address]?',
  'Great, mail that to [REDACTED:email].',
  'No, I meant the other one.',
  'And how much is the big bag?',
];
const ANSWERS = [
  'Yes, and it takes about five days.',
  'Order 4712 left on Monday. It is with the carrier and should be there tomorrow before noon.',
  'Done, it is on its way. Anything else?',
  'The big bag is eighteen dollars, and shipping is free above thirty.',
];

const USD = 'USD';

/** The spans of a call. The same options give the same call. */
export function madeUpCall(options: MadeUpCallOptions): MadeUpCall {
  return new Script(options).call();
}

/** As lines of a file, one request a line. */
export function linesOf({ spans }: MadeUpCall): string {
  return line(spans);
}

class Script {
  readonly #options: MadeUpCallOptions;
  readonly #random: Random;
  readonly #sessionId: string;
  readonly #traceId: string;
  readonly #sessionSpanId: string;
  readonly #specs: SpanSpec[] = [];
  readonly #latencies: number[] = [];
  readonly #firstAudio: number[] = [];
  readonly #silences: number[] = [];
  readonly #cost = { stt: 0, llm: 0, tts: 0 };
  #missing = 0;
  #turns = 0;
  #now: number;

  constructor(options: MadeUpCallOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#sessionId = `s_${this.#random.hex(16)}`;
    this.#traceId = this.#random.hex(32);
    this.#sessionSpanId = this.#random.hex(16);
    this.#now = options.startTime;
  }

  call(): MadeUpCall {
    const { exchanges, startTime, ended = true } = this.#options;
    let cutOff = this.#agentTurn(undefined);
    for (let exchange = 0; exchange < exchanges; exchange += 1) {
      cutOff = this.#agentTurn(this.#userTurn(cutOff), exchange < exchanges - 1);
    }
    const endTime = this.#now + 400;
    if (ended) this.#session(startTime, endTime);
    return {
      sessionId: this.#sessionId,
      spans: this.#specs.sort((a, b) => a.endTime - b.endTime).map(otlpSpan),
      responseLatenciesMs: this.#latencies,
      interruptions: this.#silences.length,
      turns: this.#turns,
    };
  }

  #userTurn(cutOff: CutOff | undefined): Answered {
    const random = this.#random;
    const turn = this.#turn('user');
    const start = cutOff?.onset ?? this.#now + random.ms(250, this.#options.pauseMs ?? 900);
    const stop = start + random.ms(700, 2600);
    const announced = stop + random.ms(220, 320);
    const commit = stop + random.ms(450, 620) + (this.#options.slowerByMs ?? 0);
    const text = random.of(QUESTIONS);
    const price = roundMoney((stop - start) * 2.6e-7);
    this.#cost.stt += price;
    this.#stage(turn, 'stt', 'speech_to_text nova-3', start, commit - 40, {
      'gen_ai.provider.name': 'deepgram',
      'gen_ai.request.model': 'nova-3',
      'gen_ai.operation.name': 'speech_to_text',
      'voice.stage.mode': 'stream',
      'voice.stt.audio_duration': (stop - start) / 1000,
      'voice.stt.transcript': text,
      'voice.stt.confidence': random.ms(86, 99) / 100,
      'voice.stt.language': 'en',
      ...priced(price, false),
    });
    const interrupts =
      cutOff === undefined
        ? {}
        : {
            'voice.turn.interrupted_turn.id': cutOff.turnId,
            'voice.turn.interruption_latency': (cutOff.silent - start) / 1000,
          };
    this.#push(
      turn,
      'voice.user_turn',
      start,
      stop,
      {
        'gen_ai.operation.name': 'user_speech',
        'voice.turn.transcript': text,
        'voice.turn.end_reason': 'completed',
        'voice.turn.speech_end_offset': (stop - start) / 1000,
        'voice.turn.announced_end_offset': (announced - start) / 1000,
        'voice.turn.cost.missing_count': 0,
        'voice.turn.cost.total': price,
        'voice.turn.cost.stt': price,
        'voice.cost.currency': USD,
        ...(/REDACTED/.test(text) ? { 'voice.masked.count': 1 } : {}),
        ...interrupts,
      },
      [
        { name: 'user_speech_start', time: start },
        { name: 'user_speech_end', time: stop },
        ...(cutOff === undefined
          ? []
          : [
              {
                name: 'barge_in',
                time: cutOff.silent,
                payload: JSON.stringify({ agent_turn_id: cutOff.turnId }),
              },
            ]),
      ],
    );
    this.#now = commit;
    return { turnId: turn.id, stop, announced, commit };
  }

  /** Who cuts the agent off says something: the next turn begins with that. */
  #agentTurn(answered: Answered | undefined, mayBeCut = false): CutOff | undefined {
    const random = this.#random;
    const turn = this.#turn('agent');
    const start = answered?.commit ?? this.#now + 70;
    const text =
      answered === undefined ? 'Hello, this is Harbor Coffee. How can I help?' : random.of(ANSWERS);
    let cost = 0;
    let missing = 0;
    let ready = start;
    if (answered !== undefined) {
      const withTool = random.chance(0.3);
      for (const round of withTool ? [0, 1] : [0]) {
        const failed = random.chance(0.012);
        const unpriced = random.chance(0.02);
        const first = ready + random.ms(260, 480);
        const end = first + random.ms(60, 300);
        const price = unpriced ? 0 : roundMoney(random.ms(900, 3400) * 1e-7);
        cost += price;
        missing += unpriced ? 1 : 0;
        this.#cost.llm += price;
        this.#stage(
          turn,
          'llm',
          'chat gpt-4.1-mini',
          ready,
          end,
          {
            'gen_ai.provider.name': 'openai',
            'gen_ai.request.model': 'gpt-4.1-mini',
            'gen_ai.operation.name': 'chat',
            'gen_ai.usage.input_tokens': unpriced ? undefined : random.ms(200, 2000),
            'gen_ai.usage.output_tokens': unpriced ? undefined : random.ms(6, 60),
            'voice.stage.time_to_first_output': (first - ready) / 1000,
            'gen_ai.response.time_to_first_chunk': (first - ready) / 1000,
            'gen_ai.input.messages': messages('user', 'Where is my order 4712?'),
            'gen_ai.output.messages': messages('assistant', text),
            ...(unpriced ? { 'voice.cost.missing_reason': 'no_usage' } : priced(price, false)),
            ...(failed ? { 'error.type': 'timeout' } : {}),
          },
          failed ? 'the model did not answer in time' : undefined,
        );
        ready = first;
        if (withTool && round === 0) {
          const done = end + random.ms(90, 400);
          this.#stage(turn, 'tool', 'execute_tool look_up_order', end, done, {
            'gen_ai.operation.name': 'execute_tool',
            'gen_ai.tool.name': 'look_up_order',
            'gen_ai.tool.call.id': `call-${turn.index}`,
            'gen_ai.tool.call.arguments': '{"orderNumber":"4712"}',
            'gen_ai.tool.call.result': '{"orderNumber":"4712","status":"with the carrier"}',
          });
          ready = done;
        }
      }
    }
    const spoken = ready + random.ms(30, 90);
    const firstByte = spoken + random.ms(140, 260);
    const heard = firstByte + random.ms(1, 6);
    const fullEnd = heard + text.length * 58;
    const price = roundMoney(text.length * 5e-5);
    cost += price;
    this.#cost.tts += price;
    this.#stage(turn, 'tts', 'text_to_speech sonic-2', spoken, firstByte + random.ms(150, 700), {
      'gen_ai.provider.name': 'cartesia',
      'gen_ai.request.model': 'sonic-2',
      'gen_ai.operation.name': 'text_to_speech',
      'voice.stage.mode': 'stream',
      'voice.tts.characters': text.length,
      'voice.tts.text': text,
      'voice.tts.audio_duration': (fullEnd - heard) / 1000,
      'voice.stage.time_to_first_output': (firstByte - spoken) / 1000,
      ...priced(price, true),
    });
    const cut = mayBeCut && random.chance(0.12);
    const onset = heard + Math.floor((fullEnd - heard) * 0.5);
    const silent = cut ? onset + random.ms(250, 700) : fullEnd;
    const failedInterrupt = !cut && random.chance(0.03);
    const latency = answered === undefined ? undefined : (heard - answered.stop) / 1000;
    const firstAudio = answered === undefined ? undefined : (heard - answered.announced) / 1000;
    if (latency !== undefined) this.#latencies.push(heard - (answered?.stop ?? 0));
    if (firstAudio !== undefined) this.#firstAudio.push(heard - (answered?.announced ?? 0));
    if (cut) this.#silences.push(silent - onset);
    this.#missing += missing;
    this.#push(
      turn,
      'voice.agent_turn',
      start,
      silent,
      {
        'gen_ai.operation.name': 'invoke_agent',
        'voice.turn.transcript': cut ? text.slice(0, text.length >> 1) : text,
        'voice.turn.generated_transcript': cut ? text : undefined,
        'voice.turn.end_reason': cut ? 'interrupted' : 'completed',
        'voice.turn.reply_to.id': answered?.turnId,
        'voice.turn.first_audio_offset': (heard - start) / 1000,
        'voice.turn.last_audio_offset': (silent - start) / 1000,
        'voice.turn.time_to_first_audio': firstAudio,
        'voice.turn.response_latency': latency,
        'voice.turn.latency_source': latency === undefined ? undefined : 'measured',
        'voice.turn.cost.missing_count': missing,
        'voice.turn.cost.total': roundMoney(cost),
        'voice.cost.currency': USD,
      },
      [
        { name: 'agent_speech_start', time: heard },
        ...(failedInterrupt ? [{ name: 'failed_interrupt', time: onset }] : []),
        { name: 'agent_speech_end', time: silent },
      ],
    );
    this.#now = silent;
    return cut ? { turnId: turn.id, onset, silent } : undefined;
  }

  #session(startTime: number, endTime: number): void {
    const { stt, llm, tts } = this.#cost;
    this.#specs.push({
      traceId: this.#traceId,
      spanId: this.#sessionSpanId,
      name: 'voice.session',
      startTime,
      endTime,
      attributes: {
        ...this.#common(),
        'gen_ai.operation.name': 'invoke_workflow',
        'voice.session.end_reason': this.#random.chance(0.9) ? 'user_left' : 'timeout',
        'voice.session.turn_count': this.#turns,
        'voice.session.user_turn_count': this.#turns >> 1,
        'voice.session.agent_turn_count': (this.#turns + 1) >> 1,
        'voice.session.interruption_count': this.#silences.length,
        ...percentiles('voice.session.response_latency', this.#latencies),
        ...percentiles('voice.session.time_to_first_audio', this.#firstAudio),
        ...percentiles('voice.session.interruption_latency', this.#silences),
        'voice.session.cost.missing_count': this.#missing,
        'voice.session.cost.total': roundMoney(stt + llm + tts),
        'voice.session.cost.stt': roundMoney(stt),
        'voice.session.cost.llm': roundMoney(llm),
        'voice.session.cost.tts': roundMoney(tts),
        'voice.cost.currency': USD,
        'voice.transport.mos': this.#random.ms(310, 440) / 100,
        'voice.transport.packet_loss': this.#random.ms(0, 30) / 1000,
        'voice.transport.jitter': this.#random.ms(4, 45) / 1000,
      },
    });
  }

  #turn(speaker: 'user' | 'agent'): TurnIdentity {
    const index = this.#turns;
    this.#turns += 1;
    return { id: `t_${this.#random.hex(16)}`, spanId: this.#random.hex(16), index, speaker };
  }

  #stage(
    turn: TurnIdentity,
    kind: string,
    name: string,
    startTime: number,
    endTime: number,
    attributes: Readonly<Record<string, Value | undefined>>,
    error?: string,
  ): void {
    this.#specs.push({
      traceId: this.#traceId,
      spanId: this.#random.hex(16),
      parentSpanId: turn.spanId,
      name,
      startTime,
      endTime,
      attributes: {
        ...this.#common(turn),
        'voice.stage.type': kind,
        'voice.stage.id': `st_${this.#random.hex(16)}`,
        'voice.stage.end_reason': error === undefined ? 'completed' : 'error',
        ...attributes,
      },
      error,
    });
  }

  #push(
    turn: TurnIdentity,
    name: string,
    startTime: number,
    endTime: number,
    attributes: Readonly<Record<string, Value | undefined>>,
    events: NonNullable<SpanSpec['events']>,
  ): void {
    this.#specs.push({
      traceId: this.#traceId,
      spanId: turn.spanId,
      parentSpanId: this.#sessionSpanId,
      name,
      startTime,
      endTime,
      attributes: { ...this.#common(turn), ...attributes },
      events,
    });
  }

  #common(turn?: TurnIdentity): Record<string, Value> {
    const { agentName = 'support-agent', agentVersion = '1.4.0', transport = 'webrtc' } = this.#options;
    return {
      'voice.session.id': this.#sessionId,
      'session.id': this.#sessionId,
      'gen_ai.conversation.id': this.#sessionId,
      'gen_ai.agent.name': agentName,
      'gen_ai.agent.version': agentVersion,
      'voice.session.transport': transport,
      ...(turn === undefined
        ? {}
        : { 'voice.turn.id': turn.id, 'voice.turn.index': turn.index, 'voice.turn.speaker': turn.speaker }),
    };
  }
}

interface TurnIdentity {
  readonly id: string;
  readonly spanId: string;
  readonly index: number;
  readonly speaker: 'user' | 'agent';
}

interface Answered {
  readonly turnId: string;
  readonly stop: number;
  readonly announced: number;
  readonly commit: number;
}

interface CutOff {
  readonly turnId: string;
  readonly onset: number;
  readonly silent: number;
}

function priced(amount: number, estimated: boolean): Record<string, Value> {
  return {
    'voice.cost.amount': amount,
    'voice.cost.currency': USD,
    'voice.cost.source': 'price_table',
    'voice.cost.estimated': estimated,
    'voice.cost.price_date': '2026-11-22',
  };
}

function messages(role: string, content: string): string {
  return JSON.stringify([{ role, parts: [{ type: 'text', content }] }]);
}

/** Nearest rank, in seconds. */
function percentiles(key: string, measuredMs: readonly number[]): Record<string, Value> {
  const sorted = [...measuredMs].sort((a, b) => a - b);
  const at = (share: number): number | undefined => sorted[Math.ceil(share * sorted.length) - 1];
  const [p50, p95] = [at(0.5), at(0.95)];
  return p50 === undefined || p95 === undefined
    ? {}
    : { [`${key}.p50`]: p50 / 1000, [`${key}.p95`]: p95 / 1000 };
}

function roundMoney(amount: number): number {
  return Math.round(amount * 1e7) / 1e7;
}

import { asList, asNumber, asText, read } from '../../../conversation/read.js';
import type { PipelineEvent } from '../../pipeline/events.js';
import { optional, textField } from '../../pipeline/frame.js';
import type { EventMap, TimedPipelineEvent } from '../event-map.js';

type Said = PipelineEvent | TimedPipelineEvent;

/** Functions read of one message. */
const MAX_FUNCTIONS = 32;

/** The audio that the agent was set up to send (`Settings`, `audio.output`). */
export interface DeepgramAgentOptions {
  /** Default `linear16`; of other encodings than `mulaw` and `alaw` it is not known how long their audio plays. */
  encoding?: string;
  /** In hertz. Default 24000. */
  sampleRate?: number;
}

/**
 * The messages of Deepgram's Voice Agent (v1): of the socket of `@deepgram/sdk` 5.x, or of a WebSocket of yours. Audio
 * comes faster than it plays, so when the agent falls silent is reckoned by its length, or is the moment at which the
 * user begins to speak, when a client has to stop playing.
 *
 * @throws TypeError when an option is of the wrong type
 */
export function deepgramAgentEvents({
  encoding = 'linear16',
  sampleRate = 24_000,
}: DeepgramAgentOptions = {}): EventMap {
  if (typeof encoding !== 'string') throw new TypeError('deepgramAgentEvents: encoding must be a string');
  if (!(asNumber(sampleRate) !== undefined && sampleRate > 0)) {
    throw new TypeError('deepgramAgentEvents: sampleRate must be a number of hertz');
  }
  const agent = new DeepgramAgent(bytesPerMs(encoding, sampleRate));
  return {
    releases: true,
    before: (now) => agent.before(now),
    events: {
      message: (payload: unknown, isBinary?: unknown): Said[] => agent.message(payload, isBinary),
      close: (): Said[] => [{ type: 'session_ended' }],
    },
    calls: { sendFunctionCallResponse: (response: unknown): Said[] => agent.answered(response) },
  };
}

function bytesPerMs(encoding: string, sampleRate: number): number | undefined {
  if (encoding === 'linear16') return (sampleRate * 2) / 1000;
  return encoding === 'mulaw' || encoding === 'alaw' ? sampleRate / 1000 : undefined;
}

class DeepgramAgent {
  readonly #bytesPerMs: number | undefined;
  #now = 0;
  #speaks = false;
  /** When what came so far has been played. */
  #playedAt: number | undefined;
  #allCame = false;
  /** Words of the agent's that have no sound yet. */
  #pending = '';
  readonly #requests = new Set<string>();
  readonly #answers = new Map<string, { result?: unknown }>();

  constructor(bytesPerMillisecond: number | undefined) {
    this.#bytesPerMs = bytesPerMillisecond;
  }

  before(now: number): readonly TimedPipelineEvent[] {
    this.#now = now;
    const time = this.#playedAt;
    if (!this.#speaks || !this.#allCame || time === undefined || time > now) return [];
    return [{ event: this.#silent(), time }];
  }

  message(payload: unknown, isBinary?: unknown): Said[] {
    const data = read(payload, 'type') === 'message' ? read(payload, 'data') : payload;
    const bytes = asNumber(read(data, 'byteLength')) ?? asNumber(read(data, 'size'));
    if (bytes !== undefined && isBinary !== false) return this.#audio(bytes);
    const message = typeof data === 'object' && bytes === undefined ? data : parsed(data);
    switch (read(message, 'type')) {
      case 'Welcome':
        return [{ type: 'session_started' }];
      case 'UserStartedSpeaking':
        return this.#userStarts();
      case 'ConversationText':
        return this.#text(read(message, 'role'), asText(read(message, 'content')) ?? '', message);
      case 'AgentStartedSpeaking':
        return this.#starts();
      case 'AgentAudioDone':
        return this.#done();
      case 'FunctionCallRequest':
        return functions(message).flatMap((called) => this.#requested(called));
      case 'FunctionCallResponse':
        return this.answered(message);
      case 'FunctionCallCancelled':
        return functions(message).flatMap((one): Said[] => {
          const id = textField(one, 'id');
          return id === undefined ? [] : [{ type: 'tool_ended', id, cancelled: true }];
        });
      case 'Error':
        return [
          {
            type: 'error',
            message: textField(message, 'description') ?? 'unknown',
            ...optional('name', textField(message, 'code')),
          },
        ];
      default:
        return [];
    }
  }

  /** A client may answer before we see what it was asked. */
  answered(response: unknown): Said[] {
    const id = textField(response, 'id');
    if (id === undefined) return [];
    const result = optional('result', read(response, 'content'));
    if (this.#requests.delete(id)) return [{ type: 'tool_ended', id, ...result }];
    this.#answers.set(id, result);
    if (this.#answers.size > MAX_FUNCTIONS) this.#answers.delete(this.#answers.keys().next().value ?? '');
    return [];
  }

  #requested(called: unknown): Said[] {
    const id = textField(called, 'id');
    if (id === undefined) return [];
    const started: PipelineEvent = {
      type: 'tool_started',
      id,
      ...optional('name', textField(called, 'name')),
      ...optional('arguments', read(called, 'arguments')),
    };
    const answer = this.#answers.get(id);
    if (this.#answers.delete(id)) return [started, { type: 'tool_ended', id, ...answer }];
    this.#requests.add(id);
    if (this.#requests.size > MAX_FUNCTIONS)
      this.#requests.delete(this.#requests.values().next().value ?? '');
    return [started];
  }

  #audio(bytes: number): Said[] {
    const said = this.#starts();
    this.#allCame = false;
    if (this.#bytesPerMs !== undefined)
      this.#playedAt = Math.max(this.#playedAt ?? this.#now, this.#now) + bytes / this.#bytesPerMs;
    return said;
  }

  #starts(): Said[] {
    if (this.#speaks) return [];
    this.#speaks = true;
    this.#allCame = false;
    this.#playedAt = undefined;
    const text = this.#pending;
    this.#pending = '';
    return [
      { type: 'agent_speech_started' },
      ...(text === '' ? [] : [{ type: 'spoken_text', text } as const]),
    ];
  }

  /** All audio was sent; without its length there is nothing better to know than that. */
  #done(): Said[] {
    this.#allCame = true;
    if (!this.#speaks || this.#playedAt !== undefined) return [];
    return [this.#silent()];
  }

  /** A client has to stop what it plays, and to throw the rest away. */
  #userStarts(): Said[] {
    this.#pending = '';
    return [
      { type: 'user_turn_started' },
      { type: 'interruption' },
      ...(this.#speaks ? [this.#silent()] : []),
    ];
  }

  #text(role: unknown, text: string, message: unknown): Said[] {
    if (text.trim() === '') return [];
    if (role !== 'user') {
      if (this.#speaks) return [{ type: 'spoken_text', text }];
      this.#pending = this.#pending === '' ? text : `${this.#pending} ${text}`;
      return [];
    }
    const language = asText(asList(read(message, 'languages'))?.[0]);
    return [
      { type: 'user_turn_started' },
      { type: 'transcript', text, final: true, ...optional('language', language) },
      { type: 'user_turn_stopped' },
    ];
  }

  #silent(): PipelineEvent {
    this.#speaks = false;
    this.#playedAt = undefined;
    return { type: 'agent_speech_stopped' };
  }
}

function functions(message: unknown): unknown[] {
  return (asList(read(message, 'functions')) ?? []).slice(0, MAX_FUNCTIONS);
}

function parsed(data: unknown): unknown {
  try {
    if (typeof data === 'string') return JSON.parse(data);
    return data instanceof Uint8Array ? JSON.parse(new TextDecoder().decode(data)) : undefined;
  } catch {
    // Anything may go over a socket: what is no JSON says nothing.
    return undefined;
  }
}

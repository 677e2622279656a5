import { context } from '@opentelemetry/api';
import type { LlmPayload, Message, ToolCall } from '../../conversation/payloads.js';
import { asList, asText, read } from '../../conversation/read.js';
import { activeContext } from '../../conversation/scope.js';
import { VoiceTracer } from '../../conversation/tracer.js';
import { guard } from '../../otel/guard.js';
import type { TimeInput } from '../../otel/time.js';
import { ConversationObserver } from '../../signals/observer.js';
import type { StageRecord } from '../../signals/signal.js';
import { modelIdentity } from '../livekit/models.js';
import { checkedOptions } from '../pipeline/check-options.js';
import type { SourceOptions } from '../pipeline/conversation.js';
import { StageConversation } from './conversation.js';
import { follow } from './follow.js';
import {
  type LlmReading,
  readLlm,
  readStt,
  readTts,
  type SttReading,
  spokenText,
  type TtsReading,
} from './readings.js';

/** The functions of a voice loop; each may be missing. */
export interface StageFunctions {
  /** Audio to text: called with a whole utterance, or with a stream of audio. */
  stt?: (...args: never[]) => unknown;
  /** Messages to text. */
  llm?: (...args: never[]) => unknown;
  /** Text to audio. */
  tts?: (...args: never[]) => unknown;
}

/** Reads what functions of yours give, where it is not a text, bytes, or a chat completion of OpenAI's. */
export interface StageReaders {
  /** @param args what the function was called with */
  stt?: (result: unknown, args: readonly unknown[]) => SttReading;
  /** Of a stream, called with each piece. */
  llm?: (piece: unknown) => LlmReading;
  /** Of a stream, called with each piece. */
  tts?: (piece: unknown) => TtsReading;
}

/** Options of `wrapStages`. */
export interface WrapStagesOptions extends SourceOptions {
  read?: StageReaders;
}

/** What the functions themselves cannot tell. Times default to now. */
export interface StageCues {
  /** The user began to speak, by a detector of yours. */
  userStarted(time?: TimeInput): void;
  /** The user truly stopped: with it, the response latency is measured. */
  userStopped(time?: TimeInput): void;
  /** You stopped playing the agent before its end. */
  agentStopped(time?: TimeInput): void;
  /** Ends the session. Calls that come later are not recorded, and work as before. */
  stop(reason?: string): void;
}

const STAGES = ['stt', 'llm', 'tts'] as const;
const OPTIONS = ['read'] as const;
/** Text kept of one call, in characters. */
const MAX_TEXT = 100_000;

/**
 * Traces a voice loop made of three plain functions: returns functions that do the same, and of which every call is a
 * stage. What the recogniser gives is a turn of the user's, what is generated and synthesised until the next is the
 * agent's. Functions may return values, promises or streams.
 *
 * @throws TypeError when an option is of the wrong type or a stage is no function
 */
export function wrapStages<Functions extends StageFunctions>(
  functions: Functions,
  options: WrapStagesOptions,
): Functions & StageCues {
  const { read: readers = {}, ...source } = checkedOptions('wrapStages', options, OPTIONS);
  checkFunctions(functions, readers);
  const calls = new StageCalls(source, readers);
  const wrapped = { ...functions };
  for (const stage of STAGES) {
    const original: unknown = functions[stage];
    if (typeof original !== 'function') continue;
    Reflect.set(wrapped, stage, function (this: unknown, ...args: unknown[]): unknown {
      return calls.run(stage, args, () => Reflect.apply(original, this, args));
    });
  }
  return Object.assign(wrapped, calls.cues);
}

/** The calls of one conversation. Never throws what is not the functions' own. */
class StageCalls {
  readonly #start: () => ConversationObserver;
  readonly #readers: StageReaders;
  readonly #hints: { readonly [Stage in (typeof STAGES)[number]]: string | undefined };
  #open: { readonly observer: ConversationObserver; readonly conversation: StageConversation } | undefined;
  #stopped = false;

  constructor(options: SourceOptions, readers: StageReaders) {
    const { tracer, sttModel, llmModel, ttsModel, ...session } = options;
    const of = tracer ?? new VoiceTracer();
    const parent = activeContext();
    this.#start = () => new ConversationObserver(context.with(parent, () => of.startSession(session)));
    this.#readers = readers;
    this.#hints = { stt: sttModel, llm: llmModel, tts: ttsModel };
  }

  get cues(): StageCues {
    return {
      userStarted: (time) => this.#cue(time, (conversation, at) => conversation.userStarted(at)),
      userStopped: (time) => this.#cue(time, (conversation, at) => conversation.userStopped(at)),
      agentStopped: (time) => this.#cue(time, (conversation, at) => conversation.agentStopped(at)),
      stop: (reason) => this.#stop(reason),
    };
  }

  run(stage: (typeof STAGES)[number], args: readonly unknown[], call: () => unknown): unknown {
    const followed = guard('beginning a stage', undefined, () => this.#begin(stage, args));
    if (followed === undefined) return call();
    let result: unknown;
    try {
      result = call();
    } catch (error) {
      guard('a stage that failed', undefined, () => followed.failed(error));
      throw error;
    }
    return follow(result, followed);
  }

  #begin(stage: (typeof STAGES)[number], args: readonly unknown[]) {
    if (this.#stopped) return undefined;
    if (stage === 'stt') return this.#stt(args);
    return stage === 'llm' ? this.#llm(args) : this.#tts(args);
  }

  #stt(args: readonly unknown[]) {
    const { conversation, now } = this.#conversation();
    const startTime = now();
    const streams = args.some(isStream);
    const reader = this.#readers.stt ?? readStt;
    const texts: string[] = [];
    let audioMs: number | undefined;
    let language: string | undefined;
    const record = (error?: unknown): StageRecord<'stt'> => ({
      ...this.#record('stt', startTime, now(), error),
      mode: streams ? 'stream' : 'batch',
      payload: {
        ...(texts.length === 0 ? {} : { finalTranscript: texts.join(' ') }),
        ...(audioMs === undefined ? {} : { audioDurationMs: audioMs }),
        ...(language === undefined ? {} : { language }),
      },
    });
    return {
      piece: (value: unknown) => {
        const reading = reader(value, args);
        const text = asText(read(reading, 'text'))?.trim();
        if (text !== undefined && text !== '') texts.push(text);
        audioMs = reading.audioMs ?? audioMs;
        language = reading.language ?? language;
      },
      done: () => {
        const time = now();
        const stage = record();
        const text = texts.join(' ');
        // A whole utterance is there when it is over; the end of a stream is heard by the recogniser.
        const overAt = streams ? time : startTime;
        const onset = streams || audioMs === undefined ? undefined : startTime - audioMs;
        conversation.recognised({ text, stage, overAt, onset }, time);
      },
      failed: (error: unknown) => conversation.recognitionFailed(record(error), now()),
    };
  }

  #llm(args: readonly unknown[]) {
    const { conversation, now } = this.#conversation();
    const startTime = now();
    const reply = conversation.reply(startTime);
    const reader = this.#readers.llm ?? readLlm;
    let text = '';
    let firstOutput: number | undefined;
    let usage: LlmPayload = {};
    let toolCalls: ToolCall[] = [];
    const prompt = args.map((arg) => asList(arg) ?? asList(read(arg, 'messages'))).find(isMessages);
    const end = (error?: unknown): void => {
      const payload: LlmPayload = {
        ...usage,
        ...(firstOutput === undefined ? {} : { ttftMs: firstOutput - startTime }),
        ...(prompt === undefined ? {} : { prompt }),
        ...(text === '' ? {} : { completion: text }),
        ...(toolCalls.length === 0 ? {} : { toolCalls }),
      };
      if (text.trim() !== '')
        reply.generated = reply.generated === '' ? text.trim() : `${reply.generated} ${text.trim()}`;
      conversation.stage(reply, { ...this.#record('llm', startTime, now(), error), payload }, now());
    };
    return {
      piece: (value: unknown) => {
        const reading = reader(value);
        if (reading.text !== undefined && reading.text !== '') {
          firstOutput ??= now();
          if (text.length < MAX_TEXT) text += reading.text;
        }
        usage = { ...usage, ...reading.usage };
        toolCalls = reading.toolCalls ?? toolCalls;
      },
      done: () => end(),
      failed: end,
    };
  }

  #tts(args: readonly unknown[]) {
    const { conversation, now } = this.#conversation();
    const startTime = now();
    const reply = conversation.reply(startTime);
    reply.speaking += 1;
    const reader = this.#readers.tts ?? readTts;
    const text = spokenText(args);
    let firstByte: number | undefined;
    let audioBytes: number | undefined;
    let audioMs: number | undefined;
    const end = (error?: unknown): void => {
      const payload = {
        ...(text === undefined ? {} : { textInput: text }),
        ...(firstByte === undefined ? {} : { ttfbMs: firstByte - startTime }),
        ...(audioBytes === undefined ? {} : { audioBytes }),
        ...(audioMs === undefined ? {} : { audioDurationMs: audioMs }),
      };
      conversation.stage(reply, { ...this.#record('tts', startTime, now(), error), payload }, now());
      conversation.spoken(reply, firstByte === undefined ? '' : (text ?? '').trim(), now());
    };
    return {
      piece: (value: unknown) => {
        const reading = reader(value);
        if (reading.audioBytes === undefined && reading.audioMs === undefined) return;
        firstByte ??= now();
        if (reading.audioBytes !== undefined) audioBytes = (audioBytes ?? 0) + reading.audioBytes;
        if (reading.audioMs !== undefined) audioMs = (audioMs ?? 0) + reading.audioMs;
        conversation.audio(reply, reading.audioMs, now());
      },
      done: () => end(),
      failed: end,
    };
  }

  /** A call that was given up is no failure. */
  #record<Kind extends (typeof STAGES)[number]>(
    kind: Kind,
    startTime: number,
    endTime: number,
    error: unknown,
  ): StageRecord<Kind> {
    const aborted = read(error, 'name') === 'AbortError';
    return {
      kind,
      startTime,
      endTime,
      ...modelIdentity(undefined, undefined, this.#hints[kind]),
      ...(error === undefined ? {} : aborted ? { discarded: true } : { error }),
    };
  }

  #conversation(): { conversation: StageConversation; now: () => number } {
    if (this.#open === undefined) {
      const observer = this.#start();
      const conversation = new StageConversation((signal) => observer.signal(signal));
      this.#open = { observer, conversation };
    }
    const { conversation, observer } = this.#open;
    return { conversation, now: () => observer.session.now() };
  }

  #cue(time: TimeInput | undefined, tell: (conversation: StageConversation, at: number) => void): void {
    if (this.#stopped) return;
    guard('a cue of a voice loop', undefined, () => {
      const { conversation, now } = this.#conversation();
      const at = time === undefined ? now() : this.#open?.observer.session.toSessionTime(time);
      tell(conversation, at ?? now());
    });
  }

  #stop(reason: string | undefined): void {
    if (this.#stopped) return;
    this.#stopped = true;
    const open = this.#open;
    if (open === undefined) return;
    guard('ending a voice loop', undefined, () => open.conversation.end(open.observer.session.now()));
    open.observer.end(reason);
  }
}

function isStream(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return (
    typeof Reflect.get(value, Symbol.asyncIterator) === 'function' ||
    typeof read(value, 'getReader') === 'function'
  );
}

function isMessages(list: unknown[] | undefined): list is Message[] {
  return (
    list !== undefined && list.length > 0 && list.every((one) => asText(read(one, 'role')) !== undefined)
  );
}

function checkFunctions(functions: unknown, readers: unknown): void {
  if (typeof functions !== 'object' || functions === null) {
    throw new TypeError('wrapStages: the stages must be { stt, llm, tts }, each a function');
  }
  if (typeof readers !== 'object' || readers === null) {
    throw new TypeError('wrapStages: read must be { stt, llm, tts }, each a function');
  }
  for (const stage of STAGES) {
    for (const [name, one] of [
      [stage, read(functions, stage)],
      [`read.${stage}`, read(readers, stage)],
    ] as const) {
      if (one !== undefined && typeof one !== 'function')
        throw new TypeError(`wrapStages: ${name} must be a function`);
    }
  }
}

import type { SttPayload } from '../../conversation/payloads.js';
import { asNumber, asText, read } from '../../conversation/read.js';
import type { StageRecord, StopSource, VoiceSignal } from '../../signals/signal.js';
import { type ModelHints, modelIdentity } from '../livekit/models.js';
import type { InputClock } from './input-clock.js';
import type { SessionFacts } from './session-facts.js';

/** Items of the user's remembered; beyond, the oldest go. */
const MAX_ITEMS = 32;

/** A stretch of the user's audio, from the detector's word to its transcript. */
interface UserItem {
  readonly id: string;
  /** When the detector, or the commit, first told of it. */
  readonly announced: number;
  detected: boolean;
  onset: number | undefined;
  stop: number | undefined;
  stopSource: StopSource | undefined;
  /** Where it lies in the input buffer, in milliseconds. */
  startMs: number | undefined;
  endMs: number | undefined;
  committedAt: number | undefined;
  words: string;
}

export interface UserItemsOptions {
  readonly emit: (signal: VoiceSignal) => void;
  readonly facts: SessionFacts;
  readonly clock: InputClock;
  readonly hints: ModelHints;
  /** A turn is committed. @returns the id of the speech that will answer it */
  readonly onCommit: (time: number) => string;
}

/** The user's side of a realtime session: the detector's word, the commit, and the transcript that comes by itself. */
export class UserItems {
  readonly #options: UserItemsOptions;
  readonly #items = new Map<string, UserItem>();
  /** Items of silence, which the server committed because nobody spoke. */
  readonly #silences = new Set<string>();
  #speaking: UserItem | undefined;
  #committed: UserItem | undefined;
  #typed: { readonly text: string; readonly time: number } | undefined;
  /** The next text is the client's own instruction to the model. */
  #instructed = false;

  constructor(options: UserItemsOptions) {
    this.#options = options;
  }

  /** What the user last said, as far as it is known by now. */
  get question(): string {
    return this.#committed?.words ?? '';
  }

  speechStarted(event: unknown, time: number): void {
    const item = this.#item(event, time);
    if (item === undefined || item.detected) return;
    const { facts, clock } = this.#options;
    item.detected = true;
    item.startMs = asNumber(read(event, 'audio_start_ms'));
    const { serverVad } = facts;
    if (serverVad !== undefined && item.startMs !== undefined)
      item.onset = before(time, clock.timeOf(item.startMs + serverVad.prefixMs));
    this.#speaking = item;
    this.#options.emit({
      type: 'user_speech_started',
      time,
      ...(item.onset === undefined ? {} : { onset: item.onset }),
    });
  }

  /**
   * The true end lies before the detector's silence, where that is known. With the client's audio in view it is a time
   * of its own; else only the arrival of the server's word is there, with the way it took.
   */
  speechStopped(event: unknown, time: number): void {
    const item = this.#item(event, time);
    if (item === undefined) return;
    const { facts, clock } = this.#options;
    item.endMs = asNumber(read(event, 'audio_end_ms'));
    const { serverVad } = facts;
    if (serverVad !== undefined) {
      const sent = item.endMs === undefined ? undefined : clock.timeOf(item.endMs - serverVad.silenceMs);
      item.stop = before(time, sent) ?? time - serverVad.silenceMs;
      item.stopSource = sent === undefined ? 'estimated' : 'derived';
      if (item.stop < (item.onset ?? item.announced) && sent === undefined) item.stop = undefined;
    }
    this.#options.emit({
      type: 'user_speech_stopped',
      time,
      ...(item.stop === undefined ? {} : { stop: item.stop }),
    });
  }

  /** The audio that was sent is thrown away. */
  cleared(time: number): void {
    const item = this.#speaking;
    if (item === undefined) return;
    this.#speaking = undefined;
    this.#options.emit({ type: 'user_speech_stopped', time });
    this.#options.emit({ type: 'false_interruption', time, resumed: false });
  }

  /** Nobody has spoken for so long that the server speaks up. */
  timedOut(event: unknown): void {
    const id = asText(read(event, 'item_id'));
    if (id === undefined) return;
    this.#silences.add(id);
    if (this.#silences.size > MAX_ITEMS) this.#silences.delete(this.#silences.values().next().value ?? '');
  }

  committed(event: unknown, time: number): void {
    const item = this.#item(event, time);
    if (item === undefined || item.committedAt !== undefined) return;
    const promptsWhenIdle = this.#options.facts.serverVad?.promptsWhenIdle === true;
    if (this.#silences.has(item.id) || (promptsWhenIdle && !item.detected)) return;
    item.committedAt = time;
    this.#speaking = undefined;
    this.#typed = undefined;
    const { onset, stop, stopSource } = item;
    if (onset !== undefined && stop !== undefined && stopSource === 'derived')
      this.#stage(
        item,
        {
          kind: 'vad',
          startTime: onset,
          endTime: time,
          payload: { speechStartedAt: onset, speechEndedAt: stop },
        },
        time,
      );
    this.#committed = item;
    const speechId = this.#options.onCommit(time);
    this.#options.emit({
      type: 'user_turn_committed',
      time,
      speechId,
      ...(onset === undefined ? {} : { onset }),
      ...(stop === undefined || stopSource === undefined ? {} : { stop, stopSource }),
    });
  }

  // --- text

  /** A message was added to the conversation. Typed text is a turn once it is answered: it may be a history. */
  messageAdded(item: unknown, time: number): void {
    const role = asText(read(item, 'role'));
    const text = role === 'user' ? inputText(read(item, 'content')) : undefined;
    if (role === 'user' && text !== undefined && this.#instructed) this.#instructed = false;
    else this.#typed = text === undefined ? undefined : { text, time };
  }

  /** The client tells the model something in the user's name. */
  instructs(): void {
    this.#instructed = true;
  }

  /** The model answers: what was typed last is a turn. */
  answered(): void {
    const typed = this.#typed;
    if (typed === undefined) return;
    this.#typed = undefined;
    const { text, time } = typed;
    this.#committed = { ...newItem('', time), committedAt: time, words: text };
    const speechId = this.#options.onCommit(time);
    this.#options.emit({ type: 'user_turn_committed', time, transcript: text, speechId });
  }

  // --- transcripts

  words(event: unknown, time: number): void {
    const item = this.#known(event);
    const delta = asText(read(event, 'delta'));
    if (item === undefined || delta === undefined) return;
    item.words += delta;
    if (item !== this.#committed && item !== this.#speaking) return;
    this.#options.emit({
      type: 'user_transcript',
      time,
      text: item.words,
      final: false,
      ...(item === this.#committed ? { ofCommitted: true } : {}),
    });
  }

  transcribed(event: unknown, time: number): void {
    const item = this.#known(event);
    const text = asText(read(event, 'transcript'));
    if (item === undefined || text === undefined) return;
    item.words = text.trim();
    const usage = read(event, 'usage');
    const seconds = asNumber(read(usage, 'seconds'));
    const span =
      item.startMs === undefined || item.endMs === undefined ? undefined : item.endMs - item.startMs;
    const audioDurationMs = seconds === undefined ? span : seconds * 1000;
    this.#stt(item, time, {
      ...(audioDurationMs === undefined ? {} : { audioDurationMs }),
      ...(text.trim() === '' ? {} : { finalTranscript: text.trim() }),
    });
    if (text.trim() === '') return;
    const { emit } = this.#options;
    if (item === this.#committed)
      emit({ type: 'user_transcript', time, text, final: true, ofCommitted: true });
    else if (item === this.#speaking || item.committedAt === undefined)
      emit({ type: 'user_transcript', time, text, final: true });
    else emit({ type: 'custom_event', time, name: 'late_transcript', payload: { text } });
  }

  transcriptionFailed(event: unknown, time: number): void {
    const item = this.#known(event);
    const error = read(event, 'error');
    const name = asText(read(error, 'code')) ?? asText(read(error, 'type')) ?? 'transcription_failed';
    if (item !== undefined)
      this.#stt(item, time, {}, { name, message: asText(read(error, 'message')) ?? name });
  }

  #stt(item: UserItem, time: number, payload: SttPayload, error?: unknown): void {
    const { facts, hints } = this.#options;
    const { transcriptionModel: model, transcriptionLanguage: language } = facts;
    const known = modelIdentity(model === undefined ? undefined : { modelName: model }, undefined, hints.stt);
    const startTime = item.committedAt ?? item.announced;
    this.#stage(
      item,
      {
        kind: 'stt',
        startTime: Math.min(startTime, time),
        endTime: time,
        provider: 'openai',
        ...known,
        payload: { ...payload, ...(language === undefined ? {} : { language }) },
        ...(error === undefined ? {} : { error }),
      },
      time,
    );
  }

  #stage(item: UserItem, stage: StageRecord, time: number): void {
    const ofCommitted = item.committedAt !== undefined && item !== this.#speaking && stage.kind === 'stt';
    this.#options.emit({ type: 'stage_finished', time, stage, ...(ofCommitted ? { ofCommitted } : {}) });
  }

  #item(event: unknown, time: number): UserItem | undefined {
    const id = asText(read(event, 'item_id'));
    if (id === undefined) return undefined;
    const known = this.#items.get(id);
    if (known !== undefined) return known;
    const item = newItem(id, time);
    this.#items.set(id, item);
    if (this.#items.size > MAX_ITEMS) this.#items.delete(this.#items.keys().next().value ?? '');
    return item;
  }

  #known(event: unknown): UserItem | undefined {
    return this.#items.get(asText(read(event, 'item_id')) ?? '');
  }
}

function newItem(id: string, announced: number): UserItem {
  return {
    id,
    announced,
    detected: false,
    onset: undefined,
    stop: undefined,
    stopSource: undefined,
    startMs: undefined,
    endMs: undefined,
    committedAt: undefined,
    words: '',
  };
}

/** A time that was worked out, where it can be true. */
function before(time: number, derived: number | undefined): number | undefined {
  return derived === undefined || derived > time ? undefined : derived;
}

/** Text that was typed; `undefined` for spoken messages. */
function inputText(content: unknown): string | undefined {
  if (!Array.isArray(content)) return undefined;
  const texts = content
    .filter((part) => read(part, 'type') === 'input_text')
    .map((part) => asText(read(part, 'text')) ?? '');
  const spoken = content.some((part) => read(part, 'type') === 'input_audio');
  return spoken || texts.length === 0 ? undefined : texts.join(' ');
}

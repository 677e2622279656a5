import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import { debug, errorText, warn } from '../otel/diagnostics.js';
import { guard } from '../otel/guard.js';
import type { RecordingCodec, RecordingFormat } from './encoders/encoder.js';
import { type JournalEvent, NO_SOUND, type RecordKind } from './journal/record.js';
import { JournalWriter } from './journal/writer.js';
import { RecordingOutput } from './output.js';
import { isPcmFrame, type PcmFrame } from './pcm.js';
import { Playback } from './playback.js';
import { PlaybackLog } from './render/playback-log.js';
import { USER_LOOKAHEAD_MS } from './render/user-track.js';
import type { RecordingInfo, RecordingSink, StoredRecording } from './sinks/sink.js';
import { type CallFiles, TOUCH_MS } from './temporary-files.js';

/** How often what was captured goes to the disk and what is settled is rendered. Milliseconds. */
const PUMP_MS = 1000;
/** What happened this long ago is settled: the look-ahead of the user's side has seen it, and it is on the disk. */
const SETTLED_MS = USER_LOOKAHEAD_MS + 1.5 * PUMP_MS;
/** Between two windows rendered beside a call, so that a backlog takes a small share of the event loop. */
const REST_MS = 8;
/** How long the end waits for the output to say what it has played. */
const LAST_WORD_MS = 1000;

/** What is known of a recording when its call ends. */
export interface RecordingFacts {
  readonly codec: RecordingCodec;
  readonly durationMs: number;
  /** Where it will lie, if the sink can tell beforehand. */
  readonly url: string | undefined;
}

export interface CallRecordingOptions {
  readonly info: RecordingInfo;
  readonly files: CallFiles;
  readonly format: RecordingFormat;
  readonly sink: RecordingSink;
  /** Epoch milliseconds of the session's clock. */
  readonly now: () => number;
  readonly onOver: (recording: CallRecording) => void;
}

/**
 * The recording of one call. Nothing of it throws, waits for the disk or keeps sound in memory; if the disk or the sink
 * fails, the recording is lost with one warning and what is still called does nothing. All times are epoch milliseconds
 * of the session's clock.
 */
export class CallRecording {
  readonly info: RecordingInfo;
  readonly #options: CallRecordingOptions;
  readonly #start: number;
  readonly #log = new PlaybackLog();
  readonly #journal: JournalWriter;
  readonly #timers: ReturnType<typeof setInterval>[];
  readonly #done: Promise<StoredRecording | undefined>;
  #resolve: (stored: StoredRecording | undefined) => void = () => {};
  #segments = 0;
  #ended: RecordingFacts | undefined;
  #lost = false;
  #rendering: Promise<void> = Promise.resolve();
  #busy = false;
  #output: RecordingOutput | undefined;

  /** @internal Made by `CallRecorder.start`. */
  constructor(options: CallRecordingOptions) {
    this.#options = options;
    this.info = options.info;
    this.#start = options.info.startTime.getTime();
    this.#journal = new JournalWriter({
      open: () => options.files.createJournal(),
      call: { sessionId: options.info.sessionId, startTime: this.#start },
      onFailure: (error) => this.#lose(error),
      onOverflow: () =>
        warn('recording-overflow', 'the disk does not keep up with a recording: there are gaps in it'),
    });
    this.#done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#timers = [
      setInterval(() => this.#pump(), PUMP_MS).unref(),
      setInterval(() => void options.files.touch(), TOUCH_MS).unref(),
    ];
  }

  /** When the recording begins. */
  get startTime(): number {
    return this.#start;
  }

  /** Whether the call is over; the recording may not be stored yet. */
  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Whether there is nothing more to be had of it: the disk has failed. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Resolves when the recording is stored, or lost (`undefined`). Never rejects. */
  get done(): Promise<StoredRecording | undefined> {
    return this.#done;
  }

  /** One frame of the user's side. `time`: when its last sample was recorded, as exactly as is known. Default now. */
  user(frame: PcmFrame, time?: number): void {
    this.#sound('user', frame, 0, time);
  }

  /** A stretch of the agent's speech begins to be handed to the output. What was played of it is said by and by. */
  playback(): Playback {
    this.#segments += 1;
    const segment = this.#segments;
    return new Playback({
      sound: (frame, time) => this.#sound('agent', frame, segment, time),
      event: (kind, time, first, second) => this.#event(kind, segment, time, first, second),
    });
  }

  /** The output was paused: nothing is played until `resumed`. */
  paused(time?: number): void {
    this.#event('paused', 0, time);
  }

  resumed(time?: number): void {
    this.#event('resumed', 0, time);
  }

  /**
   * The call is over. Returns at once what is known by then; `undefined` where the recording is lost. The rest of it is
   * rendered and stored afterwards: see `done`.
   */
  end(options?: { endTime?: number }): RecordingFacts | undefined {
    if (this.#lost) return undefined;
    if (this.#ended !== undefined) return this.#ended;
    const endTime = guard('reading the end of a recording', undefined, () => options?.endTime);
    const time = this.#timeOf(endTime);
    const { sink, format } = this.#options;
    const url = guard("a sink's locate", undefined, () => sink.locate?.(this.info));
    this.#event('ended', 0, endTime);
    this.#ended = {
      codec: format.codec,
      durationMs: Math.max(0, time),
      url: typeof url === 'string' ? url : undefined,
    };
    const { durationMs } = this.#ended;
    this.#complete(durationMs).catch((error: unknown) => this.#lose(error));
    return this.#ended;
  }

  #sound(kind: 'user' | 'agent', frame: PcmFrame, segment: number, time: number | undefined): void {
    if (this.#lost || this.#ended !== undefined) return;
    if (!isPcmFrame(frame)) {
      warn('recording-frame', 'a frame of sound that cannot be read was left out of the recording');
      return;
    }
    const { sampleRate, channels, samplesPerChannel: samples, data } = frame;
    const event = { kind, segment, time: this.#timeOf(time), first: 0, second: 0 };
    this.#log.apply(event);
    this.#journal.append(event, { sampleRate, channels, samples }, data);
  }

  #event(kind: RecordKind, segment: number, time: number | undefined, first = 0, second = 0): void {
    if (this.#lost) return;
    const event: JournalEvent = { kind, segment, time: this.#timeOf(time), first, second };
    this.#log.apply(event);
    this.#journal.append(event, NO_SOUND);
  }

  /** Since the start of the recording. */
  #timeOf(time: number | undefined): number {
    return (Number.isFinite(time) ? (time as number) : this.#options.now()) - this.#start;
  }

  /** Beside the call: brings what was captured to the disk, and renders what is settled. */
  #pump(): void {
    if (this.#busy || this.#lost || this.#ended !== undefined) return;
    this.#busy = true;
    this.#rendering = this.#renderSettled()
      .catch((error: unknown) => this.#lose(error))
      .finally(() => {
        this.#busy = false;
      });
  }

  async #renderSettled(): Promise<void> {
    const settled = Math.min(this.#timeOf(undefined) - SETTLED_MS, this.#log.unsettledSince);
    await this.#journal.flush();
    if (this.#lost) return;
    const output = await this.#opened();
    await output.render(settled, {
      limit: () => this.#journal.committed,
      rest: () => delay(REST_MS),
      stopped: () => this.#lost || this.#ended !== undefined,
    });
  }

  async #complete(durationMs: number): Promise<void> {
    await this.#rendering;
    for (let waited = 0; waited < LAST_WORD_MS && this.#log.unsettledSince < durationMs; waited += 20)
      await delay(20);
    await this.#journal.close();
    if (this.#lost) return;
    const output = await this.#opened();
    await output.render(durationMs, {
      limit: () => this.#journal.committed,
      final: true,
      rest: () => immediate(),
      stopped: () => this.#lost,
    });
    await output.finish();
    this.#output = undefined;
    await this.#over(await output.store(this.#options, durationMs));
  }

  async #opened(): Promise<RecordingOutput> {
    this.#output ??= await RecordingOutput.open(this.#options.files, this.#options.format, this.#log);
    return this.#output;
  }

  #lose(error: unknown): void {
    if (this.#lost) return;
    this.#lost = true;
    warn(
      'recording-lost',
      `the recording of session ${this.info.sessionId} is lost, the call goes on: ${errorText(error)}`,
    );
    void this.#rendering
      .then(() => this.#journal.close())
      .then(() => this.#output?.close())
      .catch(() => {})
      .then(() => this.#over(undefined));
  }

  async #over(stored: StoredRecording | undefined): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#options.files.remove(this.#options.format.extension).catch((error: unknown) => {
      debug(`a temporary file of a recording could not be removed: ${errorText(error)}`);
    });
    this.#options.onOver(this);
    this.#resolve(stored);
  }
}

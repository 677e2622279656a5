import type { RecordingEncoder } from '../encoders/encoder.js';
import { JournalCursor } from '../journal/cursor.js';
import { RECORDING_SAMPLE_RATE, toInt16 } from '../pcm.js';
import { AgentTrack } from './agent-track.js';
import { Lane } from './lane.js';
import type { PlaybackLog } from './playback-log.js';
import { UserTrack } from './user-track.js';

/** Sound that is mixed and encoded in one go, about a millisecond of work. */
const WINDOW_MS = 200;
const WINDOW_SAMPLES = (RECORDING_SAMPLE_RATE * WINDOW_MS) / 1000;
/** The tracks are filled this much further, so that no filter holds back what belongs into the window. */
const MARGIN_MS = 20;

export interface RenderOptions {
  /** Bytes of the journal that may be read. */
  readonly limit: () => number;
  /** Nothing more comes: segments that are not finished were being played until the end. */
  readonly final?: boolean;
  /** Lets others run between two windows. */
  readonly rest: () => Promise<void>;
  /** Whether to stop, asked between two windows. */
  readonly stopped?: () => boolean;
}

/** Makes the recording of a journal: both sides on one timeline, mixed and encoded window by window. */
export class Renderer {
  readonly #user: UserTrack;
  readonly #agent: AgentTrack;
  readonly #userLane = new Lane();
  readonly #agentLane = new Lane();
  readonly #log: PlaybackLog;
  readonly #encoder: RecordingEncoder;
  /** Samples that are encoded. */
  #done = 0;

  static async open(journal: string, log: PlaybackLog, encoder: RecordingEncoder): Promise<Renderer> {
    const user = await JournalCursor.open(journal, ['user']);
    try {
      return new Renderer(user, await JournalCursor.open(journal, ['agent']), log, encoder);
    } catch (error) {
      await user.close();
      throw error;
    }
  }

  private constructor(
    user: JournalCursor,
    agent: JournalCursor,
    log: PlaybackLog,
    encoder: RecordingEncoder,
  ) {
    this.#user = new UserTrack(user, this.#userLane);
    this.#agent = new AgentTrack(agent, this.#agentLane, log);
    this.#log = log;
    this.#encoder = encoder;
  }

  /** Renders up to `untilMs` of the recording: whole windows, or to the very end where this is `final`. */
  async render(untilMs: number, options: RenderOptions): Promise<void> {
    const end = Math.round((untilMs * RECORDING_SAMPLE_RATE) / 1000);
    const final = options.final === true;
    while (options.stopped?.() !== true) {
      const samples = Math.min(WINDOW_SAMPLES, end - this.#done);
      if (samples <= 0 || (samples < WINDOW_SAMPLES && !final)) return;
      await this.#window(samples, options.limit(), final);
      await options.rest();
    }
  }

  async close(): Promise<void> {
    await this.#user.close();
    await this.#agent.close();
  }

  async #window(samples: number, limit: number, final: boolean): Promise<void> {
    const until = ((this.#done + samples) * 1000) / RECORDING_SAMPLE_RATE + MARGIN_MS;
    await this.#user.fill(until, limit);
    await this.#agent.fill(until, limit, final);
    const mix = new Int32Array(samples);
    this.#userLane.addTo(mix, this.#done);
    this.#agentLane.addTo(mix, this.#done);
    await this.#encoder.write(Int16Array.from(mix, toInt16));
    this.#done += samples;
    this.#log.forget(this.#agent.segment, until - 2 * MARGIN_MS);
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { voice } from '@livekit/agents';
import { CallRecorder, type CallRecording, directorySink } from '../../../../src/audio/index.js';
import type { ReadableSpanLike } from '../../../../src/otel/types.js';
import { type Attachment, type AttachOptions, VoiceObservability } from '../../../../src/presets/livekit.js';
import { joined, readWav } from '../../../audio/signals.js';
import { now, SAMPLE_RATE, sleep } from '../fakes/audio.js';
import { Recorder as SpanRecorder } from '../fakes/call.js';
import { FakeVad } from '../fakes/detector.js';
import { FakeLlm, type Reply } from '../fakes/model.js';
import { FakeStt } from '../fakes/recogniser.js';
import { type Sound, SoundMicrophone } from './sound-microphone.js';
import { SoundSpeaker } from './sound-speaker.js';
import { SpeechTts } from './speech.js';

export interface RecordedCallOptions extends Partial<AttachOptions> {
  readonly hears?: (string | null)[];
  readonly replies?: (question: string) => Reply;
  /** Said inside `onEnter`. */
  readonly greeting?: string;
  readonly reports?: boolean;
  /** Attach by hand. */
  readonly attach?: null;
}

const NO_RETRY = { maxRetry: 0, retryIntervalMs: 0, timeoutMs: 10_000 };

class GreetingAgent extends voice.Agent {
  readonly #greeting: string | undefined;

  constructor(greeting: string | undefined) {
    super({ instructions: 'You are a test agent.' });
    this.#greeting = greeting;
  }

  override async onEnter(): Promise<void> {
    if (this.#greeting !== undefined) this.session.say(this.#greeting);
  }
}

/** A call on a real `AgentSession` that is recorded, with ends that keep what was heard, sample by sample. */
export class RecordedCall {
  readonly microphone = new SoundMicrophone();
  readonly speaker: SoundSpeaker;
  readonly session: voice.AgentSession;
  readonly observability: VoiceObservability;
  readonly directory: string;
  readonly recorder: CallRecorder;
  /** The recordings that were begun. */
  readonly recordings: CallRecording[] = [];
  readonly #spans = new SpanRecorder();
  readonly #options: RecordedCallOptions;
  #attachment: Attachment | undefined;
  /** From the clock of the fakes to that of the session, milliseconds. */
  #shift = 0;

  static async make(options: RecordedCallOptions = {}): Promise<RecordedCall> {
    return new RecordedCall(options, await mkdtemp(join(tmpdir(), 'voice-otel-test-')));
  }

  private constructor(options: RecordedCallOptions, directory: string) {
    this.#options = options;
    this.directory = directory;
    this.speaker = new SoundSpeaker({ reports: options.reports ?? false });
    this.session = new voice.AgentSession({
      stt: new FakeStt({ script: options.hears ?? [] }),
      llm: new FakeLlm(options.replies ?? (() => ({ text: 'I see what you mean.' }))),
      tts: new SpeechTts(),
      vad: new FakeVad(),
      aecWarmupDuration: null,
      userAwayTimeout: null,
      connOptions: { llmConnOptions: NO_RETRY, ttsConnOptions: NO_RETRY, sttConnOptions: NO_RETRY },
      turnHandling: {
        turnDetection: 'vad',
        interruption: { mode: 'vad', minDuration: 300, falseInterruptionTimeout: 800 },
        endpointing: { minDelay: 300 },
      },
    });
    this.recorder = new CallRecorder({
      sink: directorySink(join(directory, 'recordings')),
      temporaryDirectory: join(directory, 'temporary'),
    });
    this.observability = new VoiceObservability({
      tracer: this.#spans.tracer,
      recorder: {
        start: (call) => {
          const recording = this.recorder.start(call);
          if (recording !== undefined) this.recordings.push(recording);
          return recording;
        },
        flush: () => this.recorder.flush(),
      },
    });
    if (options.attach === undefined) this.attach();
  }

  attach(): Attachment {
    const { hears, replies, greeting, reports, attach, ...given } = this.#options;
    this.#attachment = this.observability.attach(this.session, { agentId: 'test-agent', ...given });
    this.#shift = this.#attachment.session.now() - now();
    return this.#attachment;
  }

  async start(): Promise<this> {
    this.session.input.audio = this.microphone;
    this.session.output.audio = this.speaker;
    await this.session.start({ agent: new GreetingAgent(this.#options.greeting), record: false });
    return this;
  }

  async agentIs(state: voice.AgentState): Promise<void> {
    while (this.session.agentState !== state) await sleep(10);
  }

  async close(): Promise<{ spans: ReadableSpanLike[]; samples: Int16Array }> {
    await this.session.close();
    this.microphone.stop();
    const stored = await this.recordings.at(-1)?.done;
    const { samples } =
      stored === undefined ? { samples: new Int16Array() } : await readWav(new URL(stored.url));
    return { spans: this.#spans.spans, samples };
  }

  get spans(): ReadableSpanLike[] {
    return this.#spans.spans;
  }

  /** Where in the latest recording a moment of the fakes' clock lies, in samples. */
  sampleAt(time: number): number {
    const start = this.recordings.at(-1)?.startTime ?? Number.NaN;
    return Math.round(((time + this.#shift - start) * SAMPLE_RATE) / 1000);
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Sounds that followed each other without a break, as one. */
export function stretches(sounds: readonly Sound[]): Sound[] {
  const found: { at: number; parts: Int16Array[]; end: number }[] = [];
  for (const { at, samples } of sounds) {
    const last = found.at(-1);
    const end = at + (samples.length * 1000) / SAMPLE_RATE;
    if (last !== undefined && at - last.end < 5) {
      last.parts.push(samples);
      last.end = end;
    } else found.push({ at, parts: [samples], end });
  }
  return found.map(({ at, parts }) => ({
    at,
    samples: joined(...parts),
  }));
}

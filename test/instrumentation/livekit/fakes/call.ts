import { type llm, voice } from '@livekit/agents';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { VoiceTracer } from '../../../../src/conversation/tracer.js';
import type { ReadableSpanLike } from '../../../../src/otel/types.js';
import { type Attachment, type AttachOptions, VoiceObservability } from '../../../../src/presets/livekit.js';
import { VoiceSpanProcessor } from '../../../../src/processor/voice-span-processor.js';
import { provider } from '../../../support/spans.js';
import { sleep } from './audio.js';
import { FakeVad } from './detector.js';
import { FakeMicrophone } from './microphone.js';
import { FakeLlm, type Reply } from './model.js';
import { FakeStt, type RecogniserOptions } from './recogniser.js';
import { FakeSpeaker, type SpeakerOptions } from './speaker.js';
import { FakeTts } from './synthesiser.js';

/** Where the spans of a test go: through our processor, then into memory. */
export class Recorder {
  readonly tracer: VoiceTracer;
  readonly #exporter = new InMemorySpanExporter();

  constructor() {
    const tracerProvider = provider(new VoiceSpanProcessor(), new SimpleSpanProcessor(this.#exporter));
    this.tracer = new VoiceTracer({ tracerProvider });
  }

  get spans(): ReadableSpanLike[] {
    return this.#exporter.getFinishedSpans();
  }
}

export interface CallOptions extends Partial<AttachOptions> {
  /** What each utterance of the caller will be heard as. */
  readonly hears?: (string | null)[];
  readonly stt?: Partial<RecogniserOptions>;
  readonly replies?: (question: string) => Reply;
  readonly speaker?: SpeakerOptions;
  readonly tools?: llm.ToolContextLike;
  readonly agent?: voice.Agent;
  readonly realtime?: llm.RealtimeModel;
  readonly session?: Partial<voice.AgentSessionOptions>;
  /** The voice activity detector announces nothing. */
  readonly deafDetector?: boolean;
  /** `null`: attach by hand. */
  readonly attach?: null;
}

const NO_RETRY = { maxRetry: 0, retryIntervalMs: 0, timeoutMs: 10_000 };

/** A call on a real `AgentSession`, with ends that keep the truth. */
export class Call {
  readonly microphone = new FakeMicrophone();
  readonly speaker: FakeSpeaker;
  readonly vad: FakeVad;
  readonly stt: FakeStt;
  readonly llm: FakeLlm;
  readonly tts = new FakeTts();
  readonly session: voice.AgentSession;
  readonly observability: VoiceObservability;
  readonly #recorder = new Recorder();
  readonly #agent: voice.Agent;
  readonly #options: CallOptions;
  #attachment: Attachment | undefined;

  constructor(options: CallOptions = {}) {
    this.#options = options;
    this.speaker = new FakeSpeaker(options.speaker);
    this.vad = new FakeVad(options.deafDetector);
    this.stt = new FakeStt({ script: options.hears ?? [], ...options.stt });
    this.llm = new FakeLlm(options.replies ?? (() => ({ text: 'I see what you mean.' })));
    this.#agent =
      options.agent ?? new voice.Agent({ instructions: 'You are a test agent.', tools: options.tools ?? [] });
    this.session = new voice.AgentSession({
      ...this.#models(),
      aecWarmupDuration: null,
      userAwayTimeout: null,
      connOptions: { llmConnOptions: NO_RETRY, ttsConnOptions: NO_RETRY, sttConnOptions: NO_RETRY },
      turnHandling: {
        turnDetection: options.realtime === undefined ? 'vad' : 'realtime_llm',
        interruption: { mode: 'vad', minDuration: 300, falseInterruptionTimeout: 800 },
        endpointing: { minDelay: 300 },
      },
      ...options.session,
    });
    this.observability = new VoiceObservability({ tracer: this.#recorder.tracer });
    if (options.attach === undefined) this.attach();
  }

  attach(): Attachment {
    const { hears, stt, replies, speaker, tools, agent, realtime, session, attach, ...identity } =
      this.#options;
    this.#attachment = this.observability.attach(this.session, { agentId: 'test-agent', ...identity });
    return this.#attachment;
  }

  get attachment(): Attachment {
    if (this.#attachment === undefined) throw new Error('not attached yet');
    return this.#attachment;
  }

  async start(audio = true): Promise<this> {
    if (audio) {
      this.session.input.audio = this.microphone;
      this.session.output.audio = this.speaker;
    }
    await this.session.start({ agent: this.#agent, record: false });
    return this;
  }

  /** Resolves when the agent is in this state. */
  async agentIs(state: voice.AgentState): Promise<void> {
    while (this.session.agentState !== state) await sleep(10);
  }

  /** The caller speaks and the agent answers to the end. */
  async exchange(ms: number): Promise<void> {
    await this.microphone.say(ms);
    await this.agentIs('speaking');
    await this.agentIs('listening');
  }

  /** Ends the call. @returns its spans */
  async close(): Promise<ReadableSpanLike[]> {
    await this.session.close();
    this.microphone.stop();
    return this.#recorder.spans;
  }

  get spans(): ReadableSpanLike[] {
    return this.#recorder.spans;
  }

  #models(): voice.AgentSessionOptions {
    const { realtime } = this.#options;
    if (realtime !== undefined) return { llm: realtime, vad: null };
    return { stt: this.stt, llm: this.llm, tts: this.tts, vad: this.vad };
  }
}

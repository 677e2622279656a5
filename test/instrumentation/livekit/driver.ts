import type {
  LiveKitMessage,
  LiveKitSpeechHandle,
  LlmMetrics,
  RealtimeMetrics,
  SttMetrics,
  TtsMetrics,
} from '../../../src/instrumentation/livekit/livekit-types.js';
import type { ModelHints } from '../../../src/instrumentation/livekit/models.js';
import { LiveKitTranslator, type SessionProbe } from '../../../src/instrumentation/livekit/translator.js';
import type { StageRecord, VoiceSignal } from '../../../src/signals/signal.js';

/** Plays LiveKit to a translator, at times in milliseconds that the test gives. */
export class Driver {
  readonly signals: VoiceSignal[] = [];
  readonly translator: LiveKitTranslator;
  readonly probe: { -readonly [Key in keyof SessionProbe]: SessionProbe[Key] } = {
    currentSpeechId: () => undefined,
    closing: () => false,
    audioOutput: () => true,
  };
  now = 0;

  constructor(hints: ModelHints = {}) {
    this.translator = new LiveKitTranslator({
      emit: (signal) => this.signals.push(signal),
      clock: { now: () => this.now, at: (wallMs) => wallMs ?? this.now },
      hints,
      probe: {
        currentSpeechId: () => this.probe.currentSpeechId(),
        closing: () => this.probe.closing(),
        audioOutput: () => this.probe.audioOutput(),
      },
    });
  }

  get stages(): StageRecord[] {
    return this.signals.flatMap((signal) => (signal.type === 'stage_finished' ? [signal.stage] : []));
  }

  of<Type extends VoiceSignal['type']>(type: Type): Extract<VoiceSignal, { type: Type }>[] {
    return this.signals.filter(
      (signal): signal is Extract<VoiceSignal, { type: Type }> => signal.type === type,
    );
  }

  user(time: number, newState: 'speaking' | 'listening' | 'away'): void {
    this.now = time;
    const oldState = newState === 'speaking' ? 'listening' : 'speaking';
    this.translator.userStateChanged({ oldState, newState, createdAt: time });
  }

  agent(time: number, oldState: string, newState: string): void {
    this.now = time;
    this.translator.agentStateChanged({ oldState, newState, createdAt: time });
  }

  heard(time: number, transcript: string, options: { isFinal?: boolean; itemId?: string } = {}): void {
    this.now = time;
    const { isFinal = true, itemId = null } = options;
    this.translator.userInputTranscribed({ transcript, isFinal, itemId, language: null, createdAt: time });
  }

  speech(
    time: number,
    id: string,
    options: { source?: string; userInitiated?: boolean; modality?: string } = {},
  ): Handle {
    this.now = time;
    const handle = new Handle(id, options.modality ?? 'audio');
    const { source = 'generate_reply', userInitiated = true } = options;
    this.translator.speechCreated({ speechHandle: handle, source, userInitiated, createdAt: time });
    return handle;
  }

  done(time: number, handle: Handle, interrupted = false): void {
    this.now = time;
    handle.interrupted = interrupted;
    this.translator.speechDone(handle);
  }

  message(time: number, item: Partial<LiveKitMessage> & { role: string }, handle?: Handle): void {
    this.now = time;
    const id = item.id ?? `item-${time}`;
    handle?.chatItems.push({ id });
    this.translator.conversationItemAdded({ item: { type: 'message', ...item, id }, createdAt: time });
  }

  eou(time: number, speechId: string, lastSpeakingTimeMs = 0): void {
    this.now = time;
    this.translator.metricsCollected({
      type: 'eou_metrics',
      timestamp: time,
      endOfUtteranceDelayMs: 300,
      transcriptionDelayMs: 150,
      lastSpeakingTimeMs,
      speechId,
    });
  }

  llm(time: number, metrics: Partial<LlmMetrics> = {}): void {
    this.now = time;
    this.translator.metricsCollected({ ...LLM, timestamp: time, ...metrics });
  }

  tts(time: number, metrics: Partial<TtsMetrics> = {}): void {
    this.now = time;
    this.translator.metricsCollected({ ...TTS, timestamp: time, ...metrics });
  }

  stt(time: number, metrics: Partial<SttMetrics> = {}): void {
    this.now = time;
    this.translator.metricsCollected({ ...STT, timestamp: time, ...metrics });
  }

  realtime(time: number, metrics: Partial<RealtimeMetrics> = {}): void {
    this.now = time;
    this.translator.metricsCollected({ ...REALTIME, timestamp: time, ...metrics });
  }

  error(
    time: number,
    type: string,
    options: { label?: string; recoverable?: boolean; message?: string } = {},
  ): void {
    this.now = time;
    const { label = 'fake', recoverable = false, message = 'broken' } = options;
    this.translator.error({
      error: { type, label, recoverable, error: new Error(message) },
      createdAt: time,
    });
  }

  close(time: number, reason = 'user_initiated'): void {
    this.now = time;
    this.translator.closed({ reason, createdAt: time });
  }
}

export class Handle implements LiveKitSpeechHandle {
  readonly id: string;
  readonly chatItems: { id: string }[] = [];
  readonly inputDetails: { modality: string };
  interrupted = false;

  constructor(id: string, modality: string) {
    this.id = id;
    this.inputDetails = { modality };
  }

  addDoneCallback(): void {}
}

const MODEL = { modelProvider: 'acme', modelName: 'one' };

const LLM: LlmMetrics = {
  type: 'llm_metrics',
  timestamp: 0,
  durationMs: 200,
  ttftMs: 150,
  label: 'fake.LLM',
  promptTokens: 100,
  promptCachedTokens: 10,
  completionTokens: 20,
  totalTokens: 120,
  tokensPerSecond: 100,
  metadata: MODEL,
};

const TTS: TtsMetrics = {
  type: 'tts_metrics',
  timestamp: 0,
  durationMs: 150,
  ttfbMs: 90,
  label: 'fake.TTS',
  audioDurationMs: 600,
  charactersCount: 12,
  streamed: true,
  metadata: MODEL,
};

const STT: SttMetrics = {
  type: 'stt_metrics',
  timestamp: 0,
  durationMs: 0,
  label: 'fake.STT',
  audioDurationMs: 5000,
  streamed: true,
  metadata: MODEL,
};

const REALTIME: RealtimeMetrics = {
  type: 'realtime_model_metrics',
  timestamp: 0,
  durationMs: 0,
  label: 'fake.Realtime',
  requestId: 'resp_1',
  ttftMs: 180,
  inputTokens: 100,
  outputTokens: 60,
  totalTokens: 160,
  tokensPerSecond: 150,
  metadata: MODEL,
};

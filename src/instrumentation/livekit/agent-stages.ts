import { asText, read } from '../../conversation/read.js';
import type { StageRecord, VoiceSignal } from '../../signals/signal.js';
import { type Failure, Failures } from './failures.js';
import type {
  FunctionToolsExecutedEvent,
  InterruptionMetrics,
  LiveKitMessage,
  LiveKitModelError,
  LlmMetrics,
  RealtimeMetrics,
  TtsMetrics,
} from './livekit-types.js';
import { type ModelHints, modelIdentity } from './models.js';
import { type RealtimeResponse, Responses } from './responses.js';
import type { LiveKitSpeech } from './speech.js';
import type { LiveKitSpeeches } from './speeches.js';
import {
  interruptionStage,
  llmStage,
  realtimeStage,
  type SourceClock,
  toolStage,
  ttsStage,
} from './stages.js';

/**
 * The stages of the agent's side. They are held with their speech until it is over, when their content is known; an
 * error and the metrics of the call that failed, a realtime response and the message that names it come together.
 */
export class AgentStages {
  readonly #emit: (signal: VoiceSignal) => void;
  readonly #hints: ModelHints;
  readonly #clock: SourceClock;
  readonly #speeches: LiveKitSpeeches;
  readonly #failures = new Failures();
  readonly #responses = new Responses();

  constructor(
    emit: (signal: VoiceSignal) => void,
    hints: ModelHints,
    clock: SourceClock,
    speeches: LiveKitSpeeches,
  ) {
    this.#emit = emit;
    this.#hints = hints;
    this.#clock = clock;
    this.#speeches = speeches;
  }

  llm(metrics: LlmMetrics): void {
    this.#modelStage(llmStage(metrics, this.#hints, this.#clock), metrics.label, metrics.speechId);
  }

  tts(metrics: TtsMetrics): void {
    this.#modelStage(ttsStage(metrics, this.#hints, this.#clock), metrics.label, metrics.speechId);
  }

  interruption(metrics: InterruptionMetrics): void {
    this.#stage(interruptionStage(metrics, this.#clock), undefined);
  }

  response(metrics: RealtimeMetrics): void {
    const stage = realtimeStage(metrics, this.#hints, this.#clock);
    const response = { id: metrics.requestId, label: metrics.label, stage };
    const speechId = this.#responses.over(response);
    if (speechId !== undefined) this.#responseStage(response, speechId);
    for (const overdue of this.#responses.overdue()) this.#responseStage(overdue, undefined);
  }

  /** A message of the agent, which names the responses that it came of. */
  said(item: LiveKitMessage, speech: LiveKitSpeech | undefined): void {
    const { providerRequestIds = [] } = item.metrics ?? {};
    for (const response of this.#responses.said(providerRequestIds, speech?.speechId)) {
      this.#responseStage(response, speech?.speechId);
    }
  }

  toolsRan({ functionCalls, functionCallOutputs }: FunctionToolsExecutedEvent): void {
    const [first] = functionCalls;
    if (first === undefined) return;
    const speech = this.#speeches.ofItem(first.id);
    functionCalls.forEach((call, index) => {
      const stage = toolStage(call, functionCallOutputs[index], this.#clock);
      if (speech?.hold(stage) !== true)
        this.#emitStage(stage, speech === undefined ? {} : { speechId: speech.speechId });
    });
    speech?.toolsRan(functionCalls, functionCallOutputs);
  }

  /** A model failed: for good, or LiveKit will try again, which is only an event. */
  failed(error: LiveKitModelError, time: number): void {
    const kind = Failures.kindOf(error);
    if (kind === undefined || error.recoverable === true) {
      const { type, label, recoverable } = error;
      const payload = { label, message: asText(read(error.error, 'message')), recoverable };
      this.#emit({ type: 'custom_event', time, name: type, payload });
      return;
    }
    const speechId = kind === 'stt' ? undefined : this.#speeches.current?.speechId;
    const failure = { kind, label: error.label, error: error.error ?? error, time, speechId };
    const before = this.#failures.add(failure);
    if (before !== undefined) this.#failedStage(before);
    if (kind === 'stt') this.flushFailures();
  }

  /** The metrics of what failed would have come by now. */
  flushFailures(): void {
    for (const failure of this.#failures.take()) this.#failedStage(failure);
  }

  /** Nothing more will be known of the content of this speech. */
  speechOver(speech: LiveKitSpeech): void {
    this.flushFailures();
    this.#silentResponses(speech);
    this.release(speech);
  }

  release(speech: LiveKitSpeech): void {
    for (const stage of speech.release()) this.#stage(stage, speech.speechId);
  }

  /** The session is over: what was held back is said. */
  finish(): void {
    this.flushFailures();
    for (const response of this.#responses.take()) this.#responseStage(response, undefined);
    for (const speech of this.#speeches.all) this.release(speech);
  }

  /** Failed if an error waits for it, held until its content is known. */
  #modelStage(measured: StageRecord, label: string, speechId: string | undefined): void {
    const failure = this.#failures.claim(measured.kind, label);
    const stage = failure === undefined ? measured : { ...measured, error: failure.error };
    const speech = this.#speeches.get(speechId);
    if (speech?.hold(stage) !== true) this.#stage(stage, speech?.speechId ?? speechId);
  }

  #responseStage({ stage, label }: RealtimeResponse, speechId: string | undefined): void {
    this.#modelStage(stage, label, speechId);
  }

  /** Responses of which nothing was said are named by no message: they belong to the speech that is over now. */
  #silentResponses(speech: LiveKitSpeech): void {
    if (this.#speeches.all.some((other) => other !== speech && !other.done)) return;
    for (const response of this.#responses.take()) this.#responseStage(response, speech.speechId);
  }

  /** A call that failed without metrics: when it began is not known. */
  #failedStage({ kind, error, time, speechId }: Failure): void {
    const hint = kind === 'llm' || kind === 'tts' || kind === 'stt' ? this.#hints[kind] : undefined;
    const identity = modelIdentity(undefined, undefined, hint);
    this.#stage({ kind, startTime: time, endTime: time, ...identity, error }, speechId);
  }

  /** What no speech asked for (LiveKit's own look-out for key terms) is put beside what the user said. */
  #stage(stage: StageRecord, speechId: string | undefined): void {
    this.#emitStage(stage, speechId === undefined ? { speaker: 'user' } : { speechId });
  }

  #emitStage(stage: StageRecord, { speechId, speaker }: { speechId?: string; speaker?: 'user' }): void {
    this.#emit({
      type: 'stage_finished',
      time: this.#clock.now(),
      stage,
      ...(speechId === undefined ? {} : { speechId }),
      ...(speaker === undefined ? {} : { speaker }),
    });
  }
}

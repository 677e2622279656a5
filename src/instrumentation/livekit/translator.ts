import { asText, read } from '../../conversation/read.js';
import type { StageRecord, VoiceSignal } from '../../signals/signal.js';
import { type Failure, Failures } from './failures.js';
import type {
  CloseEvent,
  ConversationItemAddedEvent,
  ErrorEvent,
  FalseInterruptionEvent,
  FunctionToolsExecutedEvent,
  LiveKitHandoff,
  LiveKitMessage,
  LiveKitSpeechHandle,
  OverlappingSpeechEvent,
  PlaybackFinishedEvent,
  PlaybackStartedEvent,
  ReadMetrics,
  RealtimeMetrics,
  SpeechCreatedEvent,
  StateChangedEvent,
  UserInputTranscribedEvent,
} from './livekit-types.js';
import { type ModelHints, modelIdentity } from './models.js';
import { type RealtimeResponse, Responses } from './responses.js';
import type { LiveKitSpeech } from './speech.js';
import { LiveKitSpeeches } from './speeches.js';
import {
  interruptionStage,
  llmStage,
  realtimeStage,
  type SourceClock,
  toolStage,
  ttsStage,
} from './stages.js';
import { UserSide } from './user-side.js';

/** What events do not say and the session knows. All of it is optional: `undefined` is not known. */
export interface SessionProbe {
  /** The id of the speech handle that has the floor. */
  currentSpeechId(): string | undefined;
  /** The session is being closed. */
  closing(): boolean;
  /** Whether the agent's words go out as audio; false for text-only sessions. */
  audioOutput(): boolean | undefined;
}

export interface TranslatorOptions {
  readonly emit: (signal: VoiceSignal) => void;
  readonly clock: SourceClock;
  readonly hints: ModelHints;
  readonly probe: SessionProbe;
}

/**
 * Says in `VoiceSignal`s what an `AgentSession` (1.9) reports. It decides nothing about turns; it knows which of
 * LiveKit's events belong together: the metrics and the item of a committed turn, stages and the content that comes
 * later, an error and the metrics of the call that failed, the two kinds of playback report.
 */
export class LiveKitTranslator {
  readonly #emit: (signal: VoiceSignal) => void;
  readonly #clock: SourceClock;
  readonly #hints: ModelHints;
  readonly #probe: SessionProbe;
  readonly #user: UserSide;
  readonly #speeches: LiveKitSpeeches;
  readonly #failures = new Failures();
  readonly #responses = new Responses();
  /** What is being heard; its speech, where that is known. */
  #audible: { readonly speech: LiveKitSpeech | undefined } | undefined;
  #lastAudible: LiveKitSpeech | undefined;
  #playbackStarted: number | undefined;
  /** The output said what was heard of the latest segment. */
  #heardIsKnown = false;

  constructor({ emit, clock, hints, probe }: TranslatorOptions) {
    this.#emit = emit;
    this.#clock = clock;
    this.#hints = hints;
    this.#probe = probe;
    this.#speeches = new LiveKitSpeeches(
      () => probe.currentSpeechId(),
      (forgotten) => this.#release(forgotten),
    );
    this.#user = new UserSide(emit, hints, clock, (speechId, question) => {
      const speech = this.#speeches.get(speechId);
      if (speech !== undefined) speech.question = question;
    });
  }

  // --- the user

  userStateChanged({ oldState, newState, createdAt }: StateChangedEvent): void {
    const time = this.#clock.at(createdAt);
    if (newState === 'speaking') this.#user.speechStarted(time);
    else if (oldState === 'speaking') this.#user.speechStopped(time);
  }

  userInputTranscribed(event: UserInputTranscribedEvent): void {
    this.#user.transcribed(event, this.#clock.at(event.createdAt));
  }

  // --- the agent

  agentStateChanged({ oldState, newState, createdAt }: StateChangedEvent): void {
    this.#user.flush();
    const time = this.#clock.at(createdAt);
    if (newState === 'speaking') this.#audioStarted(time);
    else if (oldState === 'speaking') this.#audioStopped(time);
    if (newState !== 'speaking') this.#playbackStarted = undefined;
    this.#flushFailures();
  }

  /** The output played the first frame of a segment; the agent's state follows and has the less exact time. */
  playbackStarted({ createdAt }: PlaybackStartedEvent): void {
    if (this.#audible === undefined) this.#playbackStarted = this.#clock.at(createdAt);
  }

  /** The output is done with a segment. Cut off, the agent is silent at once, while its state may take its time. */
  playbackFinished({ interrupted, synchronizedTranscript }: PlaybackFinishedEvent): void {
    this.#heardIsKnown = synchronizedTranscript !== undefined;
    if (interrupted) this.#audioStopped(this.#clock.now());
  }

  speechCreated({ speechHandle, source, userInitiated, createdAt }: SpeechCreatedEvent): void {
    const time = this.#clock.at(createdAt);
    const speech = this.#speeches.created(speechHandle);
    if (speech.handles.length > 1) return;
    const origin = source === 'say' ? 'prompted' : 'reply';
    this.#emit({ type: 'speech_created', time, speechId: speech.speechId, origin });
    if (speechHandle.inputDetails?.modality === 'text') this.#user.typedFor(speech.speechId);
    if (!userInitiated && source === 'generate_reply') this.#user.answeredByServer(speech.speechId, time);
  }

  /** A speech that was under way before anybody listened. It may have been heard. */
  speechFound(handle: LiveKitSpeechHandle): void {
    this.#speeches.created(handle).audible = true;
  }

  speechDone(handle: LiveKitSpeechHandle): void {
    const speech = this.#speeches.get(handle.id);
    if (speech === undefined || speech.done) return;
    speech.open -= 1;
    speech.interrupted ||= handle.interrupted;
    if (speech.open > 0) return;
    this.#flushFailures();
    this.#silentResponses(speech);
    this.#release(speech);
    speech.done = true;
    if (speech.interrupted && this.#probe.closing()) return;
    const { speechId, interrupted } = speech;
    this.#emit({ type: 'speech_done', time: this.#clock.now(), speechId, interrupted });
  }

  falseInterruption({ resumed, createdAt }: FalseInterruptionEvent): void {
    this.#emit({ type: 'false_interruption', time: this.#clock.at(createdAt), resumed });
  }

  overlappingSpeech({ isInterruption, detectedAt }: OverlappingSpeechEvent): void {
    if (isInterruption) return;
    this.#emit({ type: 'false_interruption', time: this.#clock.at(detectedAt), resumed: true });
  }

  // --- items

  conversationItemAdded({ item, createdAt }: ConversationItemAddedEvent): void {
    const time = this.#clock.at(createdAt);
    if (item.type === 'agent_handoff') this.#handoff(item, time);
    else if (item.role === 'assistant') this.#agentMessage(item, time);
    else if (item.role === 'user') this.#user.message(item, time, this.#probe.closing());
  }

  functionToolsExecuted({ functionCalls, functionCallOutputs, createdAt }: FunctionToolsExecutedEvent): void {
    const time = this.#clock.at(createdAt);
    const first = functionCalls[0];
    if (first === undefined) return;
    const speech = this.#speeches.ofItem(first.id);
    functionCalls.forEach((call, index) => {
      const stage = toolStage(call, functionCallOutputs[index], this.#clock);
      if (speech?.hold(stage) !== true) this.#emit({ type: 'stage_finished', time, stage, ...idOf(speech) });
    });
    speech?.toolsRan(functionCalls, functionCallOutputs);
  }

  // --- metrics and errors

  metricsCollected(metrics: ReadMetrics): void {
    switch (metrics.type) {
      case 'llm_metrics':
        return this.#modelStage(llmStage(metrics, this.#hints, this.#clock), metrics.label, metrics.speechId);
      case 'tts_metrics':
        return this.#modelStage(ttsStage(metrics, this.#hints, this.#clock), metrics.label, metrics.speechId);
      case 'realtime_model_metrics':
        return this.#responseOver(metrics);
      case 'stt_metrics':
        return this.#user.usage(metrics);
      case 'eou_metrics':
        return this.#user.endOfUtterance(metrics);
      case 'interruption_metrics':
        return this.#stage(interruptionStage(metrics, this.#clock), undefined);
    }
  }

  error({ error, createdAt }: ErrorEvent): void {
    const time = this.#clock.at(createdAt);
    const kind = Failures.kindOf(error);
    if (kind === undefined || error.recoverable === true) {
      const { type, label, recoverable } = error;
      const payload = { label, message: messageOf(error.error), recoverable };
      this.#emit({ type: 'custom_event', time, name: type, payload });
      return;
    }
    const speechId = kind === 'stt' ? undefined : this.#speeches.current?.speechId;
    const failure = { kind, label: error.label, error: error.error ?? error, time, speechId };
    const before = this.#failures.add(failure);
    if (before !== undefined) this.#failed(before);
    if (kind === 'stt') this.#flushFailures();
  }

  /** The call is over: what was held back is said first. */
  closed({ reason, createdAt }: CloseEvent): void {
    this.#finish();
    this.#emit({ type: 'session_ended', time: this.#clock.at(createdAt), reason });
  }

  /** Nothing more will be fed: what was held back is said. */
  detached(): void {
    this.#finish();
  }

  #finish(): void {
    this.#user.flush();
    this.#flushFailures();
    for (const response of this.#responses.take()) this.#response(response, undefined);
    for (const speech of this.#speeches.all) this.#release(speech);
    this.#user.finish();
  }

  #audioStarted(time: number): void {
    if (this.#probe.audioOutput() === false) return;
    const speech = this.#speeches.current;
    const started = this.#playbackStarted ?? time;
    this.#playbackStarted = undefined;
    this.#audible = { speech };
    if (speech !== undefined) {
      speech.audible = true;
      this.#lastAudible = speech;
    }
    this.#emit({ type: 'agent_audio_started', time: started, ...idOf(speech) });
  }

  #audioStopped(time: number): void {
    if (this.#audible === undefined) return;
    const { speech } = this.#audible;
    this.#audible = undefined;
    this.#emit({ type: 'agent_audio_stopped', time, ...idOf(speech) });
  }

  #handoff({ oldAgentId, newAgentId }: LiveKitHandoff, time: number): void {
    if (oldAgentId === undefined) return;
    this.#emit({ type: 'agent_handoff', time, from: oldAgentId, to: newAgentId });
  }

  /** An interrupted message holds what was heard where the output keeps text and playback together, else all of it. */
  #agentMessage(item: LiveKitMessage, time: number): void {
    const text = item.textContent;
    if (text === undefined || text === '') return;
    const speech = this.#speeches.ofItem(item.id) ?? this.#lastAudible;
    const interrupted = item.interrupted === true;
    const { providerRequestIds = [] } = item.metrics ?? {};
    for (const response of this.#responses.said(providerRequestIds, speech?.speechId)) {
      this.#response(response, speech?.speechId);
    }
    if (!(interrupted && this.#heardIsKnown)) speech?.said(text);
    this.#heardIsKnown = false;
    const unheard = speech?.audible === false && this.#probe.audioOutput() === true;
    this.#emit({
      type: 'agent_transcript',
      time,
      ...idOf(speech),
      ...(unheard ? { text: '', generated: text } : { text }),
      ...(interrupted && !this.#probe.closing() ? { interrupted } : {}),
    });
  }

  /** A stage of a model or a synthesiser: failed if an error waits for it, held until its content is known. */
  #modelStage(measured: StageRecord, label: string, speechId: string | undefined): void {
    const failure = this.#failures.claim(measured.kind, label);
    const stage = failure === undefined ? measured : { ...measured, error: failure.error };
    const speech = this.#speeches.get(speechId);
    if (speech?.hold(stage) !== true) this.#stage(stage, speech?.speechId ?? speechId);
  }

  #responseOver(metrics: RealtimeMetrics): void {
    const stage = realtimeStage(metrics, this.#hints, this.#clock);
    const response = { id: metrics.requestId, label: metrics.label, stage };
    const speechId = this.#responses.over(response);
    if (speechId !== undefined) this.#response(response, speechId);
    for (const overdue of this.#responses.overdue()) this.#response(overdue, undefined);
  }

  #response({ stage, label }: RealtimeResponse, speechId: string | undefined): void {
    this.#modelStage(stage, label, speechId);
  }

  /** Responses of which nothing was said are named by no message: they belong to the speech that is over now. */
  #silentResponses(speech: LiveKitSpeech): void {
    if (this.#speeches.all.some((other) => other !== speech && !other.done)) return;
    for (const response of this.#responses.take()) this.#response(response, speech.speechId);
  }

  #release(speech: LiveKitSpeech): void {
    for (const stage of speech.release()) this.#stage(stage, speech.speechId);
  }

  #flushFailures(): void {
    for (const failure of this.#failures.take()) this.#failed(failure);
  }

  /** A call that failed without metrics: when it began is not known. */
  #failed({ kind, error, time, speechId }: Failure): void {
    const hint = kind === 'llm' || kind === 'tts' || kind === 'stt' ? this.#hints[kind] : undefined;
    const stage: StageRecord = {
      kind,
      startTime: time,
      endTime: time,
      ...modelIdentity(undefined, undefined, hint),
      error,
    };
    this.#stage(stage, speechId);
  }

  /** What no speech asked for (LiveKit's own look-out for key terms) is put beside what the user said. */
  #stage(stage: StageRecord, speechId: string | undefined): void {
    const time = this.#clock.now();
    this.#emit({
      type: 'stage_finished',
      time,
      stage,
      ...(speechId === undefined ? { speaker: 'user' } : { speechId }),
    });
  }
}

function idOf(speech: LiveKitSpeech | undefined): { speechId?: string } {
  return speech === undefined ? {} : { speechId: speech.speechId };
}

function messageOf(error: unknown): string | undefined {
  return asText(read(error, 'message'));
}

import type { VoiceSignal } from '../../signals/signal.js';
import { AgentStages } from './agent-stages.js';
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
  SpeechCreatedEvent,
  StateChangedEvent,
  UserInputTranscribedEvent,
} from './livekit-types.js';
import type { ModelHints } from './models.js';
import type { LiveKitSpeech } from './speech.js';
import { LiveKitSpeeches } from './speeches.js';
import type { SourceClock } from './stages.js';
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
  readonly #probe: SessionProbe;
  readonly #user: UserSide;
  readonly #speeches: LiveKitSpeeches;
  readonly #stages: AgentStages;
  /** What is being heard; its speech, where that is known. */
  #audible: { readonly speech: LiveKitSpeech | undefined } | undefined;
  #lastAudible: LiveKitSpeech | undefined;
  #playbackStarted: number | undefined;
  /** The output said what was heard of the latest segment. */
  #heardIsKnown = false;

  constructor({ emit, clock, hints, probe }: TranslatorOptions) {
    this.#emit = emit;
    this.#clock = clock;
    this.#probe = probe;
    this.#speeches = new LiveKitSpeeches(
      () => probe.currentSpeechId(),
      (forgotten) => this.#stages.release(forgotten),
    );
    this.#stages = new AgentStages(emit, hints, clock, this.#speeches);
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
    this.#stages.flushFailures();
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
    this.#stages.speechOver(speech);
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

  functionToolsExecuted(event: FunctionToolsExecutedEvent): void {
    this.#stages.toolsRan(event);
  }

  // --- metrics and errors

  metricsCollected(metrics: ReadMetrics): void {
    switch (metrics.type) {
      case 'llm_metrics':
        return this.#stages.llm(metrics);
      case 'tts_metrics':
        return this.#stages.tts(metrics);
      case 'realtime_model_metrics':
        return this.#stages.response(metrics);
      case 'interruption_metrics':
        return this.#stages.interruption(metrics);
      case 'stt_metrics':
        return this.#user.usage(metrics);
      case 'eou_metrics':
        return this.#user.endOfUtterance(metrics);
    }
  }

  error({ error, createdAt }: ErrorEvent): void {
    this.#stages.failed(error, this.#clock.at(createdAt));
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
    this.#stages.finish();
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
    this.#stages.said(item, speech);
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
}

function idOf(speech: LiveKitSpeech | undefined): { speechId?: string } {
  return speech === undefined ? {} : { speechId: speech.speechId };
}

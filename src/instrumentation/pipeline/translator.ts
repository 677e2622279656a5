import type { VoiceSignal } from '../../signals/signal.js';
import type { ModelHints } from '../livekit/models.js';
import type { SourceClock } from '../livekit/stages.js';
import { AgentSide } from './agent-side.js';
import { Dialect } from './dialect.js';
import type { EventOf, PipelineEvent, ServiceReport, ServiceStage } from './events.js';
import { Recognition } from './recognition.js';
import { Services } from './services.js';
import { UserSide } from './user-side.js';

export interface TranslatorOptions {
  readonly emit: (signal: VoiceSignal) => void;
  readonly clock: SourceClock;
  readonly hints: ModelHints;
  /** Whether the end of a user's turn is known to be its release to the model. */
  readonly releases: boolean;
}

/**
 * Says in `VoiceSignal`s what a pipeline reports. It decides nothing about turns; it knows which of a pipeline's events
 * belong together: the words of a detector, a turn logic and a recogniser about the same speech; model calls, tools,
 * syntheses and sound of the same reply; a failure and the stage that failed.
 */
export class PipelineTranslator {
  readonly #emit: (signal: VoiceSignal) => void;
  readonly #clock: SourceClock;
  readonly #dialect: Dialect;
  readonly #services: Services;
  readonly #recognition: Recognition;
  readonly #user: UserSide;
  readonly #agent: AgentSide;

  constructor({ emit, clock, hints, releases }: TranslatorOptions) {
    this.#emit = emit;
    this.#clock = clock;
    this.#dialect = new Dialect(releases);
    this.#services = new Services(hints);
    this.#recognition = new Recognition(this.#services);
    this.#agent = new AgentSide({
      emit,
      dialect: this.#dialect,
      services: this.#services,
      onAnswer: (time) => this.#user.answered(time),
      onSilent: (time) => this.#user.agentSilent(time),
    });
    const committed = (time: number, question: string): string =>
      this.#agent.replies.committed(time, question).speechId;
    const began = (time: number): void => this.#agent.replies.userBegan(time);
    this.#user = new UserSide({ emit, began, committed }, this.#dialect, this.#recognition);
  }

  /** Whether more of the agent's audio says nothing. */
  get agentAudible(): boolean {
    return this.#agent.replies.sound.settled;
  }

  /** Whether the agent is speaking or about to. */
  get agentActive(): boolean {
    return this.#agent.replies.active;
  }

  /** When `advance` is to be called next, in session time. */
  get nextDeadline(): number | undefined {
    return this.#agent.replies.nextDeadline;
  }

  advance(time: number): void {
    this.#agent.replies.advance(time);
  }

  /** @param time when it happened, in session time */
  event(event: PipelineEvent, time: number): void {
    this.advance(time);
    switch (event.type) {
      case 'session_started':
      case 'session_ended':
        return;
      case 'user_speech_started':
        this.#agent.replies.sound.flush();
        return this.#user.speechStarted({ ...event, ...this.#at('onset', event.onset) }, time);
      case 'user_speech_stopped':
        return this.#user.speechStopped({ ...event, ...this.#at('stop', event.stop) }, time);
      case 'user_turn_started':
        this.#agent.replies.sound.flush();
        return this.#user.turnStarted(time);
      case 'user_turn_stopped':
        return this.#user.turnStopped(time);
      case 'turn_logic':
        return this.#dialect.turnLogic();
      case 'transcript':
        return this.#user.words(event, time);
      case 'user_turn_text':
        this.#dialect.turnLogic();
        return this.#user.turnText(event);
      case 'llm_requested':
        return this.#agent.llmRequested(event, time);
      case 'llm_withdrawn':
        return this.#agent.withdrawn(time);
      case 'llm_started':
        return this.#agent.llmStarted(time);
      case 'llm_text':
        return this.#agent.llmText(event.text, time);
      case 'llm_ended':
        return this.#agent.llmEnded(time);
      case 'tool_requested':
        return this.#agent.toolRequested(event, time);
      case 'tool_started':
        return this.#agent.toolStarted(event, time);
      case 'tool_ended':
        return this.#agent.toolEnded(event, time);
      case 'tts_text':
        return this.#agent.ttsText(event, time);
      case 'tts_started':
        return this.#agent.ttsStarted(event, time);
      case 'tts_ended':
        return this.#agent.ttsEnded(event, time);
      case 'spoken_text':
        return this.#agent.spoken(event, time);
      case 'agent_audio':
        return this.#agent.audio(time);
      case 'agent_speech_started':
        return this.#agent.speechStarted(time);
      case 'agent_speech_stopped':
        return this.#agent.replies.silent(time);
      case 'agent_turn_text':
        return this.#agent.remembered(event.text, time);
      case 'interruption':
        return this.#agent.replies.interruption(time);
      case 'error':
        return this.#failed(event, time);
      case 'service':
        this.#noted(event);
        if (event.realtime !== undefined) this.#dialect.realtime = event.realtime;
        return;
      case 'ttfb':
        return this.#ttfb(event, time);
      case 'stt_usage':
        this.#noted(event, 'stt');
        return this.#recognition.usage(event.audioMs, time);
      case 'llm_usage':
        this.#noted(event, 'llm');
        return this.#agent.usage(event, time);
      case 'tts_usage':
        this.#noted(event, 'tts');
        return this.#agent.charged(event, time);
    }
  }

  /** Nothing more will be said: what was held back is. */
  finish(time: number): void {
    this.#agent.replies.finish(time);
    this.#user.finish(time);
  }

  #ttfb(event: EventOf<'ttfb'>, time: number): void {
    if (!(event.ttfbMs > 0)) return;
    const stage = this.#noted(event);
    if (stage === 'llm') this.#agent.modelTtfb(event, time);
    else if (stage === 'tts') this.#agent.voiceTtfb(event, time);
  }

  #failed({ message, name, fatal, processor }: EventOf<'error'>, time: number): void {
    const stage = this.#services.stageOf(processor);
    const reason = { name: name ?? 'pipeline_error', message };
    if (stage === 'stt') return this.#recognition.failed(reason, time);
    if (this.#agent.failed(reason, stage, time)) return;
    this.#emit({ type: 'custom_event', time, name: 'error', payload: { message, name, fatal, processor } });
  }

  #noted({ stage, processor, model }: ServiceReport, is?: ServiceStage): ServiceStage | undefined {
    const of = stage ?? is;
    const noted = this.#services.note({
      ...(of === undefined ? {} : { stage: of }),
      ...(processor === undefined ? {} : { processor }),
      ...(model === undefined ? {} : { model }),
    });
    if (noted === 'stt') this.#dialect.realtime ??= false;
    return noted;
  }

  #at<Key extends string>(key: Key, wallMs: number | undefined): { [K in Key]?: number } | object {
    return wallMs === undefined ? {} : { [key]: this.#clock.at(wallMs) };
  }
}

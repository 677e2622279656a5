import type { StageKind, StagePayloads } from '../conversation/payloads.js';

/**
 * What a source says happened: one small vocabulary for every framework. A source holds no turn logic; which turn
 * begins or ends by a signal is the tracker's affair. All times are session times: epoch milliseconds of the
 * session's clock. Signals are given in the order in which they became known; a `time` may lie in the past.
 */
export type VoiceSignal =
  | UserSpeechStarted
  | UserSpeechStopped
  | UserTranscript
  | UserTurnCommitted
  | SpeechCreated
  | AgentAudioStarted
  | AgentAudioStopped
  | AgentTranscript
  | SpeechDone
  | FalseInterruption
  | StageFinished
  | AgentHandoff
  | CustomEvent
  | SessionEnded;

/** Somebody began to speak at the microphone. */
export interface UserSpeechStarted {
  type: 'user_speech_started';
  /** When it was announced. */
  time: number;
  /** The true onset, where the source corrects for its detector's delay. Default: `time`. */
  onset?: number;
  /** `false`: no detector heard when it began, so that no interruption latency comes of it. Default `true`. */
  measured?: boolean;
}

/** The microphone fell silent, by the word of a detector. The user may go on in the same turn. */
export interface UserSpeechStopped {
  type: 'user_speech_stopped';
  /** When it was announced. */
  time: number;
  /** The true end of speech, where the source corrects for its detector's silence window. */
  stop?: number;
}

/** A transcript of the user's speech. Finals of one turn are appended. */
export interface UserTranscript {
  type: 'user_transcript';
  time: number;
  text: string;
  final: boolean;
  /** It belongs to the turn that was committed last, although the user may have begun another since. */
  ofCommitted?: boolean;
}

/** How the true end of speech is known, where it was not measured. */
export type StopSource = 'derived' | 'estimated';

/** The source has decided that the user's turn is over. */
export interface UserTurnCommitted {
  type: 'user_turn_committed';
  time: number;
  /** The whole transcript, which replaces the appended finals. */
  transcript?: string;
  /** The true bounds of the speech, where the source corrects them. */
  onset?: number;
  stop?: number;
  /** `derived`: `stop` was worked out of other times; `estimated`: with an unknown delay in it. Absent: it was measured. */
  stopSource?: StopSource;
  /** The speech that answers this turn. */
  speechId?: string;
}

/** The agent is about to say something: a reply is being generated or a text is to be spoken. */
export interface SpeechCreated {
  type: 'speech_created';
  time: number;
  speechId: string;
  /**
   * `reply`: to the user, perhaps ahead of the end of their turn, so it only becomes a turn when it is
   * heard; `prompted`: by the application (a greeting, an announcement).
   */
  origin: 'reply' | 'prompted';
}

/** The agent became audible, or audible again after a pause. */
export interface AgentAudioStarted {
  type: 'agent_audio_started';
  time: number;
  /** Absent: the speech that is the agent's at this time. */
  speechId?: string;
}

/** The agent fell silent: done, paused or cut off; which of these is known later. */
export interface AgentAudioStopped {
  type: 'agent_audio_stopped';
  time: number;
  speechId?: string;
}

/** What the agent said in a speech. */
export interface AgentTranscript {
  type: 'agent_transcript';
  time: number;
  speechId?: string;
  /** What was heard as far as the source knows, else what was generated. */
  text: string;
  /** `true`: all that was said in the speech, instead of what was given before; else it is appended. */
  whole?: boolean;
  /** What had been generated, where less was heard. */
  generated?: string;
  /** The speech was cut off. */
  interrupted?: boolean;
}

/** A speech is over: heard to its end, cut off, or thrown away. */
export interface SpeechDone {
  type: 'speech_done';
  time: number;
  /** Absent: the speech that is the agent's at this time. */
  speechId?: string;
  interrupted: boolean;
}

/** What sounded like a barge-in was none: noise, a cough, a backchannel. */
export interface FalseInterruption {
  type: 'false_interruption';
  time: number;
  /** The agent went on speaking. */
  resumed: boolean;
}

/** A stage with its times, as a source reports it once it is over. */
export interface StageRecord<Kind extends StageKind = StageKind> {
  kind: Kind;
  startTime: number;
  endTime: number;
  provider?: string;
  model?: string;
  mode?: 'stream' | 'batch';
  operation?: 'chat' | 'generate_content';
  payload?: StagePayloads[Kind];
  /** The stage failed. */
  error?: unknown;
  /** Its output was thrown away. */
  discarded?: boolean;
}

/** A stage is over. It goes to the turn it belongs to, however early or late it is reported. */
export interface StageFinished {
  type: 'stage_finished';
  time: number;
  stage: StageRecord;
  /** The speech that it served; absent for stages of the user's side, and where the source does not say. */
  speechId?: string;
  /** Whose stage it is where no speech says so. Default: `user` for stt and vad, else `agent`. */
  speaker?: 'user' | 'agent';
  /** Of the user's side: it belongs to the turn that was committed last, although another may have begun since. */
  ofCommitted?: boolean;
}

/** Another agent took over the call. */
export interface AgentHandoff {
  type: 'agent_handoff';
  time: number;
  from?: string;
  to: string;
}

/** Something worth recording that is none of the above. */
export interface CustomEvent {
  type: 'custom_event';
  time: number;
  name: string;
  payload?: unknown;
}

/** The call is over; nothing counts after it. */
export interface SessionEnded {
  type: 'session_ended';
  time: number;
  reason?: string;
}

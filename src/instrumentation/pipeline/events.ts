import type { LlmPayload } from '../../conversation/payloads.js';

/** Which kind of service something comes from. */
export type ServiceStage = 'stt' | 'llm' | 'tts';

/** The service that reported something. */
export interface ServiceReport {
  stage?: ServiceStage;
  /** As the pipeline calls it (`DeepgramSTTService#0`); provider and stage are read from it where it tells them. */
  processor?: string;
  model?: string;
}

/**
 * What happened in a pipeline of processors, in one vocabulary for frames, RTVI messages and Whisker records. It still
 * speaks of what a pipeline does; which turn begins or ends by it is made out later. Times in it are epoch milliseconds
 * by the wall clock, durations milliseconds.
 */
export type PipelineEvent =
  | { type: 'session_started' }
  /** Nothing new comes. What was said may still be playing, unless the session was `cancelled`. */
  | { type: 'session_ended'; reason?: string; cancelled?: boolean }
  /** A detector heard speech begin. `onset`: the true one, where the detector's delay is known. */
  | { type: 'user_speech_started'; onset?: number }
  /** A detector heard silence. `stop`: the true end of speech, where the detector's silence window is known. */
  | { type: 'user_speech_stopped'; stop?: number }
  | { type: 'user_turn_started' }
  /** The user's turn is over: released to the model; in simple pipelines only that the user fell silent. */
  | { type: 'user_turn_stopped' }
  /** The pipeline has a logic of turns apart from its detector: `user_turn_stopped` is a release. */
  | { type: 'turn_logic' }
  /** `speechEndedMsAgo`: how long ago the speech truly ended, where the recogniser is what tells it. */
  | { type: 'transcript'; text: string; final: boolean; language?: string; speechEndedMsAgo?: number }
  /** What the model was given of the user's turn. */
  | { type: 'user_turn_text'; text: string }
  /** The model was asked. `speculative`: ahead of the end of the user's turn, so that its answer is held back. */
  | { type: 'llm_requested'; speculative?: boolean }
  /** The speculation was wrong: the answer is thrown away. */
  | { type: 'llm_withdrawn' }
  | { type: 'llm_started' }
  | { type: 'llm_text'; text: string }
  | { type: 'llm_ended' }
  /** The model asked for a tool, which has not begun to run. */
  | { type: 'tool_requested'; id?: string; name?: string; arguments?: unknown }
  | { type: 'tool_started'; id: string; name?: string; arguments?: unknown }
  | {
      type: 'tool_ended';
      id: string;
      name?: string;
      result?: unknown;
      error?: unknown;
      cancelled?: boolean;
    }
  /** Text that was given to the synthesiser. */
  | { type: 'tts_text'; text: string; contextId?: string }
  | { type: 'tts_started'; contextId?: string }
  | { type: 'tts_ended'; contextId?: string }
  /** A piece of text as it is spoken; with `spaced`, it brings its own spaces. */
  | { type: 'spoken_text'; text: string; spaced?: boolean }
  /** A piece of the agent's audio went by. */
  | { type: 'agent_audio' }
  | { type: 'agent_speech_started' }
  | { type: 'agent_speech_stopped' }
  /** What was heard of the agent, as the pipeline keeps it in its context. */
  | { type: 'agent_turn_text'; text: string }
  /** The pipeline throws away what the agent was about to say. Many send one at every start of a user turn. */
  | { type: 'interruption' }
  | { type: 'error'; message: string; name?: string; fatal?: boolean; processor?: string }
  /** A service is there. `realtime`: a speech-to-speech model, which needs no recogniser. */
  | ({ type: 'service'; realtime?: boolean } & ServiceReport)
  /**
   * Time from the request to the first output; of a recogniser, from the end of speech to the final transcript.
   * `guessed`: what was measured is not said, so that it counts only where it fits a request.
   */
  | ({ type: 'ttfb'; ttfbMs: number; guessed?: boolean } & ServiceReport)
  | ({ type: 'stt_usage'; audioMs: number } & ServiceReport)
  | ({ type: 'llm_usage'; usage: LlmPayload } & ServiceReport)
  | ({ type: 'tts_usage'; characters: number } & ServiceReport);

/** The event of a name. */
export type EventOf<Type extends PipelineEvent['type']> = Extract<PipelineEvent, { type: Type }>;

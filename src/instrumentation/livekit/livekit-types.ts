/**
 * The shapes of `@livekit/agents` that are read, described structurally, so that neither the package nor its types
 * need to be installed. Checked against 1.9.0 by a type test. Times are epoch milliseconds of the wall clock
 * unless a name or comment says otherwise.
 */

/** Whatever emits events: an `AgentSession`, an `AudioOutput`. */
export interface LiveKitEmitter {
  on(event: string, listener: (event: unknown) => void): unknown;
  off(event: string, listener: (event: unknown) => void): unknown;
}

/** An `AgentSession`. The optional members are read as they come, and nothing depends on them alone. */
export interface LiveKitSession extends LiveKitEmitter {
  readonly output?: {
    readonly audio?: LiveKitEmitter | null | undefined;
    readonly audioEnabled?: boolean | undefined;
  };
}

/** A `SpeechHandle`: one thing that the agent says, tool calls in between included. */
export interface LiveKitSpeechHandle {
  readonly id: string;
  readonly interrupted: boolean;
  /** Items of the reply in the order in which they were added; empty for `say`. */
  readonly chatItems: readonly { readonly id: string }[];
  readonly inputDetails?: { readonly modality: string } | undefined;
  /** The speech that called the tool to whose result this one is the answer (realtime models). */
  readonly parent?: { readonly id: string } | undefined;
  addDoneCallback(callback: (handle: LiveKitSpeechHandle) => void): void;
  removeDoneCallback?(callback: (handle: LiveKitSpeechHandle) => void): void;
}

export interface StateChangedEvent {
  /** `speaking`, `listening`, `away`; the agent also `initializing`, `idle`, `thinking`. */
  readonly oldState: string;
  readonly newState: string;
  readonly createdAt: number;
}

export interface UserInputTranscribedEvent {
  readonly transcript: string;
  readonly isFinal: boolean;
  /** Set where a realtime model transcribed, else null. */
  readonly itemId?: string | null | undefined;
  readonly language?: string | null | undefined;
  readonly createdAt: number;
}

/** A `ChatMessage`. */
export interface LiveKitMessage {
  readonly id: string;
  readonly type: 'message';
  readonly role: string;
  readonly textContent?: string | undefined;
  readonly interrupted?: boolean | undefined;
  readonly transcriptConfidence?: number | undefined;
  /** Durations in seconds, times in epoch seconds. */
  readonly metrics?:
    | {
        readonly startedSpeakingAt?: number | undefined;
        readonly stoppedSpeakingAt?: number | undefined;
        readonly transcriptionDelay?: number | undefined;
        readonly providerRequestIds?: readonly string[] | undefined;
      }
    | undefined;
}

/** An `AgentHandoffItem`. The first of a session has no `oldAgentId`. */
export interface LiveKitHandoff {
  readonly id: string;
  readonly type: 'agent_handoff';
  readonly oldAgentId?: string | undefined;
  readonly newAgentId: string;
}

export interface ConversationItemAddedEvent {
  readonly item: LiveKitMessage | LiveKitHandoff;
  readonly createdAt: number;
}

export interface FunctionCall {
  readonly id: string;
  readonly callId: string;
  readonly name: string;
  /** JSON. */
  readonly args: string;
  /** When the tool began to run. */
  readonly createdAt: number;
}

export interface FunctionCallOutput {
  readonly callId: string;
  readonly output: string;
  readonly isError: boolean;
  readonly createdAt: number;
}

export interface FunctionToolsExecutedEvent {
  readonly functionCalls: readonly FunctionCall[];
  /** Parallel to `functionCalls`. */
  readonly functionCallOutputs: readonly (FunctionCallOutput | undefined)[];
  readonly createdAt: number;
}

export interface SpeechCreatedEvent {
  /** False only for what a realtime model generates by its own turn detection. */
  readonly userInitiated: boolean;
  /** `say`, `generate_reply`, `tool_response`. */
  readonly source: string;
  readonly speechHandle: LiveKitSpeechHandle;
  readonly createdAt: number;
}

export interface FalseInterruptionEvent {
  readonly resumed: boolean;
  readonly createdAt: number;
}

/** The verdict of the adaptive interruption detector on speech over the agent's. */
export interface OverlappingSpeechEvent {
  readonly isInterruption: boolean;
  readonly detectedAt: number;
}

export interface LiveKitModelError {
  /** `llm_error`, `stt_error`, `tts_error`, `realtime_model_error`, … */
  readonly type: string;
  readonly label?: string | undefined;
  readonly error?: unknown;
  /** LiveKit will try again. */
  readonly recoverable?: boolean | undefined;
}

export interface ErrorEvent {
  readonly error: LiveKitModelError;
  readonly createdAt: number;
}

export interface CloseEvent {
  readonly reason: string;
  readonly createdAt: number;
}

export interface PlaybackStartedEvent {
  readonly createdAt: number;
}

export interface PlaybackFinishedEvent {
  readonly interrupted: boolean;
  /** What was heard, where the output keeps text and playback together. */
  readonly synchronizedTranscript?: string | undefined;
}

export interface ModelMetadata {
  readonly modelProvider?: string | undefined;
  readonly modelName?: string | undefined;
}

interface ModelMetrics {
  /** `Date.now()` at the end of the request. */
  readonly timestamp: number;
  readonly durationMs: number;
  readonly label: string;
  readonly metadata?: ModelMetadata | undefined;
}

export interface LlmMetrics extends ModelMetrics {
  readonly type: 'llm_metrics';
  /** -1: no token came. */
  readonly ttftMs: number;
  readonly promptTokens: number;
  readonly promptCachedTokens: number;
  readonly cacheCreationTokens?: number | undefined;
  readonly completionTokens: number;
  readonly totalTokens: number;
  readonly tokensPerSecond: number;
  readonly speechId?: string | undefined;
}

export interface SttMetrics extends ModelMetrics {
  readonly type: 'stt_metrics';
  /** Audio since the last report, silence included. */
  readonly audioDurationMs: number;
  readonly streamed: boolean;
}

export interface TtsMetrics extends ModelMetrics {
  readonly type: 'tts_metrics';
  /** -1: no audio came. */
  readonly ttfbMs: number;
  readonly audioDurationMs: number;
  readonly charactersCount: number;
  readonly streamed: boolean;
  readonly speechId?: string | undefined;
}

/** Emitted when the user's turn is committed. */
export interface EouMetrics {
  readonly type: 'eou_metrics';
  readonly timestamp: number;
  readonly endOfUtteranceDelayMs: number;
  readonly transcriptionDelayMs: number;
  /** The true end of speech; 0: unknown. */
  readonly lastSpeakingTimeMs: number;
  /** The speech that answers. */
  readonly speechId?: string | undefined;
}

/** Of the adaptive interruption detector, one per overlap of speech. Durations in milliseconds. */
export interface InterruptionMetrics {
  readonly type: 'interruption_metrics';
  readonly timestamp: number;
  readonly totalDuration: number;
  readonly metadata?: ModelMetadata | undefined;
}

interface TokenDetails {
  readonly audioTokens?: number | undefined;
  readonly textTokens?: number | undefined;
  readonly imageTokens?: number | undefined;
}

export interface RealtimeMetrics extends ModelMetrics {
  readonly type: 'realtime_model_metrics';
  /** The response id, which the assistant's message names among its `providerRequestIds`. */
  readonly requestId: string;
  /** -1: no token came. */
  readonly ttftMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  readonly tokensPerSecond: number;
  readonly inputTokenDetails?:
    | (TokenDetails & {
        readonly cachedTokens?: number | undefined;
        readonly cachedTokensDetails?: TokenDetails | undefined;
      })
    | undefined;
  readonly outputTokenDetails?: TokenDetails | undefined;
}

export type ReadMetrics =
  | LlmMetrics
  | SttMetrics
  | TtsMetrics
  | EouMetrics
  | InterruptionMetrics
  | RealtimeMetrics;

/** The events of an `AgentSession` that are read. */
export interface LiveKitEvents {
  user_state_changed: StateChangedEvent;
  agent_state_changed: StateChangedEvent;
  user_input_transcribed: UserInputTranscribedEvent;
  conversation_item_added: ConversationItemAddedEvent;
  metrics_collected: { readonly metrics: ReadMetrics; readonly createdAt: number };
  function_tools_executed: FunctionToolsExecutedEvent;
  speech_created: SpeechCreatedEvent;
  agent_false_interruption: FalseInterruptionEvent;
  overlapping_speech: OverlappingSpeechEvent;
  error: ErrorEvent;
  close: CloseEvent;
}

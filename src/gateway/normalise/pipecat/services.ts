import type { InputSpan } from '../input-span.js';
import type { PromptMessage } from '../messages.js';
import type { StageOrigin } from '../span-stage.js';

/** What a span of a service says, whoever wrote it. Times: epoch milliseconds; durations: milliseconds. */
interface Service {
  readonly span: InputSpan;
  readonly startTime: number;
  readonly endTime: number;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly origin: StageOrigin;
}

/** A recogniser, one a final transcript. */
export interface SttService extends Service {
  readonly kind: 'stt';
  readonly transcript: string | undefined;
  /** End of the user's speech to the final transcript; only where a detector heard it. */
  readonly ttfbMs: number | undefined;
  /** Its Pipecat is of a version that measures the latency of every reply that is heard (told by newer attributes). */
  readonly latencyIsMeasured: boolean;
  /** Closed at the end of the turn, without a final of its own. */
  readonly incomplete: boolean;
}

/** A model, one an inference. */
export interface LlmService extends Service {
  readonly kind: 'llm';
  readonly messages: readonly PromptMessage[] | undefined;
  readonly output: string | undefined;
  readonly hasUsage: boolean;
  readonly failed: boolean;
  /** It hears and speaks itself. Its span says when a message came, not how long it worked. */
  readonly speechToSpeech: boolean;
  /** Names of the tools that it asked for, where its span says so. */
  readonly calls: readonly string[];
}

/** A synthesiser, one an audio context. */
export interface TtsService extends Service {
  readonly kind: 'tts';
  readonly text: string | undefined;
  /** Request to first byte; absent where it cannot be (an error, a flush of what was cut off). */
  readonly ttfbMs: number | undefined;
  readonly interrupted: boolean;
}

/** A tool that has a span of its own. */
export interface ToolService extends Service {
  readonly kind: 'tool';
  readonly name: string | undefined;
}

export type PipecatService = SttService | LlmService | TtsService | ToolService;

/** Pipecat's turn: what the user says and what the agent answers, sometimes several times. */
export interface PipecatTurn {
  readonly span: InputSpan;
  readonly startTime: number;
  readonly endTime: number;
  /** To the frame that ended it, which is not the end of the span when a time-out did. */
  readonly durationMs: number | undefined;
  /** Ended by the user's voice, or by the end of the call. */
  readonly wasInterrupted: boolean;
  /** End of the user's speech to the first audio of the agent. */
  readonly latencyMs: number | undefined;
  readonly kept: StageOrigin['kept'];
}

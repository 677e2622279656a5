import type { TimeInput } from '../otel/time.js';

/** What a stage does; see DESIGN for the vocabulary of each. A speech-to-speech model is an `llm` stage. */
export type StageKind = 'stt' | 'llm' | 'tts' | 'vad' | 'nlu' | 'dialogue_management' | 'api_call' | 'tool';

/** An interim or final result of a recogniser. */
export interface SttPartial {
  seq?: number;
  /** Milliseconds from the start of the stage's audio. */
  timestampMs?: number;
  text?: string;
  /** 0–1. */
  confidence?: number;
  isFinal?: boolean;
}

/** Speech to text. */
export interface SttPayload {
  /** Audio sent to the recogniser, silence included where the provider bills it. */
  audioDurationMs?: number;
  requestDurationMs?: number;
  partials?: SttPartial[];
  finalTranscript?: string;
  /** 0–1. */
  finalConfidence?: number;
  /** BCP 47. */
  language?: string;
  /** What the caller knows it cost, in US dollars; wins over any table. */
  costUsd?: number;
}

/** A message of a prompt. */
export interface Message {
  role: 'system' | 'user' | 'assistant' | 'tool' | (string & {});
  content: unknown;
}

/** A tool call that a model asked for, with its result where known. */
export interface ToolCall {
  id?: string;
  name: string;
  arguments?: unknown;
  result?: unknown;
}

/** A language model, also a speech-to-speech model. All breakdowns are parts of the totals, never added to them. */
export interface LlmPayload {
  promptTokens?: number;
  completionTokens?: number;
  /** Of `promptTokens`: read from the provider's cache. */
  cachedTokens?: number;
  /** Of `promptTokens`: written to the provider's cache. */
  cacheWriteTokens?: number;
  /** Of `completionTokens`: reasoning. */
  reasoningTokens?: number;
  /** Of `promptTokens`: text. */
  promptTextTokens?: number;
  /** Of `promptTokens`: audio. */
  promptAudioTokens?: number;
  /** Of `promptTokens`: images. */
  promptImageTokens?: number;
  /** Of `completionTokens`: text. */
  completionTextTokens?: number;
  /** Of `completionTokens`: audio. */
  completionAudioTokens?: number;
  /** Of `cachedTokens`: text. */
  cachedTextTokens?: number;
  /** Of `cachedTokens`: audio. */
  cachedAudioTokens?: number;
  /** Of `cachedTokens`: images. */
  cachedImageTokens?: number;
  /** Time from the request to the first token. */
  ttftMs?: number;
  tokensPerSecond?: number;
  prompt?: Message[];
  completion?: string;
  toolCalls?: ToolCall[];
  /** In US dollars; wins over any table. */
  costUsd?: number;
}

/** Text to speech. */
export interface TtsPayload {
  textInput?: string;
  /** Characters synthesised; counted from `textInput` (code points) when absent. */
  characters?: number;
  audioBytes?: number;
  audioDurationMs?: number;
  /** Time from the request to the first byte of audio. */
  ttfbMs?: number;
  voiceId?: string;
  /** In US dollars; wins over any table. */
  costUsd?: number;
}

/** Voice activity detection. */
export interface VadPayload {
  speechStartedAt?: TimeInput;
  speechEndedAt?: TimeInput;
  /** Pairs of milliseconds from the start and speech probability 0–1. */
  confidenceSeries?: [number, number][];
}

/** Natural-language understanding. */
export interface NluPayload {
  intent?: string;
  /** 0–1. */
  intentConfidence?: number;
  entities?: { name: string; value: unknown; confidence?: number }[];
}

/** A dialogue policy's step. */
export interface DialogueManagementPayload {
  stateBefore?: unknown;
  stateAfter?: unknown;
  actionSelected?: string;
  policyName?: string;
}

/** A call to an API of the application's. */
export interface ApiCallPayload {
  method?: string;
  urlPath?: string;
  statusCode?: number;
  requestDurationMs?: number;
  requestBytes?: number;
  responseBytes?: number;
}

/** A tool or function call. */
export interface ToolPayload {
  name?: string;
  callId?: string;
  arguments?: unknown;
  result?: unknown;
}

/** The payload of each stage kind. */
export interface StagePayloads {
  stt: SttPayload;
  llm: LlmPayload;
  tts: TtsPayload;
  vad: VadPayload;
  nlu: NluPayload;
  dialogue_management: DialogueManagementPayload;
  api_call: ApiCallPayload;
  tool: ToolPayload;
}

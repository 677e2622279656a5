/** What travels through the pipeline. The names are Pipecat's; nothing else of it is needed. */
export class Frame {
  static #count = 0;
  readonly id: number;

  constructor() {
    Frame.#count += 1;
    this.id = Frame.#count;
  }
}

export class StartFrame extends Frame {}

export class EndFrame extends Frame {
  readonly reason: string;

  constructor(reason: string) {
    super();
    this.reason = reason;
  }
}

class AudioFrame extends Frame {
  /** Sound of the stand-ins: text in UTF-8, zeros for silence. */
  readonly audio: Uint8Array;

  constructor(audio: Uint8Array) {
    super();
    this.audio = audio;
  }
}

export class InputAudioRawFrame extends AudioFrame {}
export class TTSAudioRawFrame extends AudioFrame {}

/** The detector heard speech begin. It says so `startSecs` late, at `timestamp` (epoch seconds). */
export class VADUserStartedSpeakingFrame extends Frame {
  readonly timestamp: number = Date.now() / 1000;
  readonly startSecs: number;

  constructor(startSecs: number) {
    super();
    this.startSecs = startSecs;
  }
}

/** The detector heard silence. It says so `stopSecs` late, at `timestamp` (epoch seconds). */
export class VADUserStoppedSpeakingFrame extends Frame {
  readonly timestamp: number = Date.now() / 1000;
  readonly stopSecs: number;

  constructor(stopSecs: number) {
    super();
    this.stopSecs = stopSecs;
  }
}

export class UserStartedSpeakingFrame extends Frame {}
/** The user's turn is over: it goes to the model. */
export class UserStoppedSpeakingFrame extends Frame {}
/** What the agent was about to say is thrown away. */
export class InterruptionFrame extends Frame {}

class TextFrame extends Frame {
  readonly text: string;

  constructor(text: string) {
    super();
    this.text = text;
  }
}

export class InterimTranscriptionFrame extends TextFrame {}
export class TranscriptionFrame extends TextFrame {}
export class LLMFullResponseStartFrame extends Frame {}
export class LLMTextFrame extends TextFrame {}
export class LLMFullResponseEndFrame extends Frame {}

export class FunctionCallInProgressFrame extends Frame {
  readonly toolCallId: string;
  readonly functionName: string;
  readonly arguments: unknown;

  constructor(toolCallId: string, functionName: string, args: unknown) {
    super();
    this.toolCallId = toolCallId;
    this.functionName = functionName;
    this.arguments = args;
  }
}

export class FunctionCallResultFrame extends Frame {
  readonly toolCallId: string;
  readonly result: unknown;

  constructor(toolCallId: string, result: unknown) {
    super();
    this.toolCallId = toolCallId;
    this.result = result;
  }
}

/** A sentence that the synthesiser was given. */
export class AggregatedTextFrame extends TextFrame {}
export class TTSStartedFrame extends Frame {}
export class TTSStoppedFrame extends Frame {}
/** A word, when it is heard. */
export class TTSTextFrame extends TextFrame {}
export class BotStartedSpeakingFrame extends Frame {}
export class BotStoppedSpeakingFrame extends Frame {}

/** What a service measured of its own work. */
export interface Metric {
  readonly type: 'TTFBMetricsData' | 'STTUsageMetricsData' | 'LLMUsageMetricsData' | 'TTSUsageMetricsData';
  readonly processor: string;
  readonly model: string;
  readonly value: unknown;
}

export class MetricsFrame extends Frame {
  readonly data: readonly Metric[];

  constructor(...data: Metric[]) {
    super();
    this.data = data;
  }
}

import { ReadableStream } from 'node:stream/web';
import { llm, type metrics } from '@livekit/agents';
import type { AudioFrame } from '@livekit/rtc-node';
import { tone } from './audio.js';

function streamOf<T>(...items: T[]): ReadableStream<T> {
  return new ReadableStream({
    start: (controller) => {
      for (const item of items) controller.enqueue(item);
      controller.close();
    },
  });
}

/** A speech-to-speech model with turn detection on the server, which the test plays. */
export class FakeRealtimeModel extends llm.RealtimeModel {
  readonly sessions: FakeRealtimeSession[] = [];

  constructor() {
    super({
      messageTruncation: true,
      turnDetection: true,
      userTranscription: true,
      autoToolReplyGeneration: false,
      audioOutput: true,
      manualFunctionCalls: false,
    });
  }

  override get model(): string {
    return 'gpt-realtime';
  }

  override get provider(): string {
    return 'api.openai.com';
  }

  override session(): FakeRealtimeSession {
    const session = new FakeRealtimeSession(this);
    this.sessions.push(session);
    return session;
  }

  override async close(): Promise<void> {}
}

export interface RealtimeReply {
  readonly responseId: string;
  readonly text: string;
  readonly audioMs: number;
  readonly calls?: llm.FunctionCall[];
}

export class FakeRealtimeSession extends llm.RealtimeSession {
  #chatCtx = llm.ChatContext.empty();
  #tools = llm.ToolContext.empty();
  /** What `generateReply` (asked for by the application or for a tool's result) answers. */
  readonly replies: RealtimeReply[] = [];

  override get chatCtx(): llm.ChatContext {
    return this.#chatCtx;
  }

  override get tools(): llm.ToolContext {
    return this.#tools;
  }

  override async updateInstructions(): Promise<void> {}

  override async updateChatCtx(chatCtx: llm.ChatContext): Promise<void> {
    this.#chatCtx = chatCtx.copy();
  }

  override async updateTools(tools: llm.ToolContext): Promise<void> {
    this.#tools = tools.copy();
  }

  override updateOptions(): void {}

  override pushAudio(): void {}

  override async generateReply(): Promise<llm.GenerationCreatedEvent> {
    const reply = this.replies.shift();
    if (reply === undefined) throw new Error('no reply is left');
    return this.#generation(reply, true);
  }

  override async commitAudio(): Promise<void> {}

  override async clearAudio(): Promise<void> {}

  override async interrupt(): Promise<void> {}

  override async truncate(): Promise<void> {}

  /** The server hears the user. */
  speechStarted(): void {
    this.emit('input_speech_started', {});
  }

  speechStopped(): void {
    this.emit('input_speech_stopped', { userTranscriptionEnabled: true });
  }

  transcribed(itemId: string, transcript: string): void {
    this.emit('input_audio_transcription_completed', { itemId, transcript, isFinal: true });
  }

  /** The server answers by its own turn detection. */
  answer(reply: RealtimeReply): void {
    this.emit('generation_created', this.#generation(reply, false));
  }

  /** The response is complete: 80 audio tokens of 100 in, 50 of 60 out. */
  responseDone(responseId: string): void {
    const done: metrics.RealtimeModelMetrics = {
      type: 'realtime_model_metrics',
      label: this.realtimeModel.label(),
      requestId: responseId,
      timestamp: Date.now() - 400,
      durationMs: 400,
      ttftMs: 180,
      cancelled: false,
      tokensPerSecond: 150,
      inputTokens: 100,
      outputTokens: 60,
      totalTokens: 160,
      inputTokenDetails: { audioTokens: 80, textTokens: 20, imageTokens: 0, cachedTokens: 0 },
      outputTokenDetails: { audioTokens: 50, textTokens: 10, imageTokens: 0 },
      metadata: { modelName: 'gpt-realtime', modelProvider: 'api.openai.com' },
    };
    this.emit('metrics_collected', done);
  }

  #generation(
    { responseId, text, audioMs, calls = [] }: RealtimeReply,
    userInitiated: boolean,
  ): llm.GenerationCreatedEvent {
    const frames = Array.from({ length: audioMs / 20 }, (): AudioFrame => tone());
    const message: llm.MessageGeneration = {
      messageId: `msg_${responseId}`,
      textStream: streamOf(text),
      audioStream: streamOf(...frames),
      modalities: Promise.resolve(['text', 'audio']),
    };
    return {
      messageStream: text === '' ? streamOf<llm.MessageGeneration>() : streamOf(message),
      functionStream: streamOf(...calls),
      userInitiated,
      responseId,
    };
  }
}

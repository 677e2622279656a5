import { type APIConnectOptions, llm } from '@livekit/agents';
import { sleep } from './audio.js';

/** What the model answers. */
export interface Reply {
  readonly text?: string;
  readonly tool?: { readonly name: string; readonly args: object };
  readonly error?: Error;
  /** Time to the first token, in milliseconds. Default 150. */
  readonly ttftMs?: number;
}

const NO_RETRY: APIConnectOptions = { maxRetry: 0, retryIntervalMs: 0, timeoutMs: 10_000 };

/** A model that answers by the latest message, or `tool:<output>` after a tool. 100 tokens in, 20 out. */
export class FakeLlm extends llm.LLM {
  /** Calls that reported their usage. */
  calls = 0;
  readonly replies: (question: string) => Reply;

  constructor(replies: (question: string) => Reply) {
    super();
    this.replies = replies;
  }

  override label(): string {
    return 'fake.LLM';
  }

  override get model(): string {
    return 'gpt-4.1-mini';
  }

  override get provider(): string {
    return 'openai';
  }

  override chat({ chatCtx, toolCtx, connOptions }: Parameters<llm.LLM['chat']>[0]): llm.LLMStream {
    return new FakeLlmStream(this, {
      chatCtx,
      connOptions: connOptions ?? NO_RETRY,
      ...(toolCtx === undefined ? {} : { toolCtx }),
    });
  }
}

class FakeLlmStream extends llm.LLMStream {
  readonly #llm: FakeLlm;

  constructor(owner: FakeLlm, options: ConstructorParameters<typeof llm.LLMStream>[1]) {
    super(owner, options);
    this.#llm = owner;
  }

  protected override async run(): Promise<void> {
    const { text = '', tool, error, ttftMs = 150 } = this.#llm.replies(this.#question());
    await sleep(ttftMs);
    if (error !== undefined) throw error;
    this.#llm.calls += 1;
    const id = `chatcmpl-${this.#llm.calls}`;
    for (const content of text === '' ? [] : text.split(/(?<= )/)) {
      if (this.abortController.signal.aborted) return;
      this.queue.put({ id, delta: { role: 'assistant', content } });
      await sleep(5);
    }
    if (tool !== undefined) {
      const { name } = tool;
      const call = llm.FunctionCall.create({ callId: `call_${id}`, name, args: JSON.stringify(tool.args) });
      this.queue.put({ id, delta: { role: 'assistant', toolCalls: [call] } });
    }
    this.queue.put({
      id,
      usage: { completionTokens: 20, promptTokens: 100, promptCachedTokens: 10, totalTokens: 120 },
    });
  }

  #question(): string {
    const last = this.chatCtx.items.at(-1);
    if (last?.type === 'function_call_output') return `tool:${last.output}`;
    return last?.type === 'message' ? (last.textContent ?? '') : '';
  }
}

import { DEFAULT_API_CONNECT_OPTIONS, llm } from '@livekit/agents';
import { inTurn, sleep } from './clock.js';

const FIRST_TOKEN_MS = [340, 420, 290, 380, 310] as const;
const TOKEN_MS = 12;

/** What a model does with what it reads. */
export type Answer = { say: string } | { call: string; arguments: Record<string, unknown> };

/** Decides on an answer: to the caller's words, or to the result of a tool. */
export type Answers = (heard: { user: string } | { toolResult: string }) => Answer;

/** Stands for OpenAI: a first token after some 300–400 ms, then 80 tokens a second, and usage at the end. */
export class StandInModel extends llm.LLM {
  readonly #answers: Answers;
  readonly #firstTokenMs = inTurn(FIRST_TOKEN_MS);
  #requests = 0;

  constructor(answers: Answers) {
    super();
    this.#answers = answers;
  }

  override label(): string {
    return 'stand-in.LLM';
  }

  override get provider(): string {
    return 'api.openai.com';
  }

  override get model(): string {
    return 'gpt-4.1-mini';
  }

  override chat(request: Parameters<llm.LLM['chat']>[0]): llm.LLMStream {
    this.#requests += 1;
    return new StandInModelStream(this, request, {
      id: `chatcmpl-${this.#requests}`,
      answer: this.#answers(lastWords(request.chatCtx)),
      firstTokenMs: this.#firstTokenMs(),
    });
  }
}

interface Completion {
  readonly id: string;
  readonly answer: Answer;
  readonly firstTokenMs: number;
}

class StandInModelStream extends llm.LLMStream {
  readonly #completion: Completion;

  constructor(model: StandInModel, request: Parameters<llm.LLM['chat']>[0], completion: Completion) {
    super(model, { ...request, connOptions: request.connOptions ?? DEFAULT_API_CONNECT_OPTIONS });
    this.#completion = completion;
  }

  protected override async run(): Promise<void> {
    const { id, answer, firstTokenMs } = this.#completion;
    const { signal } = this.abortController;
    if (!(await sleep(firstTokenMs, signal))) return;
    if ('call' in answer) {
      const args = JSON.stringify(answer.arguments);
      const toolCalls = [llm.FunctionCall.create({ callId: `call-${id}`, name: answer.call, args })];
      this.queue.put({ id, delta: { role: 'assistant', toolCalls } });
    } else {
      for (const content of answer.say.split(/(?<= )/)) {
        this.queue.put({ id, delta: { role: 'assistant', content } });
        if (!(await sleep(TOKEN_MS, signal))) return;
      }
    }
    const promptTokens = tokens(JSON.stringify(this.chatCtx.toJSON()));
    const completionTokens = tokens('say' in answer ? answer.say : JSON.stringify(answer));
    const totalTokens = promptTokens + completionTokens;
    this.queue.put({ id, usage: { promptTokens, completionTokens, promptCachedTokens: 0, totalTokens } });
  }
}

/** The last thing in the conversation that asks for an answer. */
function lastWords(context: llm.ChatContext): Parameters<Answers>[0] {
  const last = context.items.at(-1);
  if (last?.type === 'function_call_output') return { toolResult: last.output };
  return { user: last?.type === 'message' ? (last.textContent ?? '') : '' };
}

/** About four characters make a token. */
function tokens(text: string): number {
  return Math.ceil(text.length / 4);
}

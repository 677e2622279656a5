import type { LlmPayload, Message, ToolCall } from '../../conversation/payloads.js';
import type { StageRecord } from '../../signals/signal.js';
import type { FunctionCall, FunctionCallOutput, LiveKitSpeechHandle } from './livekit-types.js';

/** Stages held back per speech until their content is known; beyond, they are reported without it. */
export const MAX_HELD_STAGES = 64;

/** One call of the model and what came of it. */
interface Step {
  text: string | undefined;
  calls: ToolCall[];
}

/**
 * A speech as LiveKit shows it. Metrics come without content, and the messages and tool calls that are the content
 * come later, so its stages are held back until the speech is done and both are matched by their order.
 */
export class LiveKitSpeech {
  readonly speechId: string;
  readonly handles: LiveKitSpeechHandle[] = [];
  /** Handles that are not done. A realtime model answers a tool's result with a handle of its own. */
  open = 0;
  interrupted = false;
  /** It was heard, as far as the agent's state says. */
  audible = false;
  done = false;
  /** What the user said, where this speech is the answer. */
  question: string | undefined;
  #held: StageRecord[] = [];
  readonly #steps: Step[] = [{ text: undefined, calls: [] }];
  readonly #texts: string[] = [];

  constructor(speechId: string) {
    this.speechId = speechId;
  }

  has(itemId: string): boolean {
    return this.handles.some((handle) => handle.chatItems.some((item) => item.id === itemId));
  }

  /** Keeps a stage until the speech is done. False: it is not kept. */
  hold(stage: StageRecord): boolean {
    if (this.done || this.#held.length >= MAX_HELD_STAGES) return false;
    this.#held.push(stage);
    return true;
  }

  /** The agent's message of the step that is under way. */
  said(text: string): void {
    const step = this.#steps.at(-1);
    if (step !== undefined) step.text = step.text === undefined ? text : `${step.text} ${text}`;
    this.#texts.push(text);
  }

  /** The tools that the step asked for have run; what the model says next is another step. */
  toolsRan(calls: readonly FunctionCall[], outputs: readonly (FunctionCallOutput | undefined)[]): void {
    const step = this.#steps.at(-1);
    calls.forEach((call, index) => {
      const output = outputs[index];
      step?.calls.push({
        id: call.callId,
        name: call.name,
        arguments: call.args,
        ...(output === undefined ? {} : { result: output.output }),
      });
    });
    this.#steps.push({ text: undefined, calls: [] });
  }

  /** The stages that were held, with their content where it is certain whose it is, in order of start. */
  release(): StageRecord[] {
    const held = this.#held;
    this.#held = [];
    const withContent = new Map<StageRecord, StageRecord>();
    this.#llmContent(
      held.filter((stage) => isKind(stage, 'llm')),
      withContent,
    );
    this.#ttsContent(
      held.filter((stage) => isKind(stage, 'tts')),
      withContent,
    );
    return held.map((stage) => withContent.get(stage) ?? stage).sort((a, b) => a.startTime - b.startTime);
  }

  /** The calls of the model and the steps of the speech are the same, in the same order. */
  #llmContent(stages: StageRecord<'llm'>[], withContent: Map<StageRecord, StageRecord>): void {
    if (stages.length > this.#steps.length) return;
    const prompt: Message[] = this.question === undefined ? [] : [{ role: 'user', content: this.question }];
    stages.forEach((stage, index) => {
      const { text, calls = [] } = this.#steps[index] ?? {};
      const content: LlmPayload = {
        ...(prompt.length === 0 ? {} : { prompt: [...prompt] }),
        ...(text === undefined ? {} : { completion: text }),
        ...(calls.length === 0 ? {} : { toolCalls: calls }),
      };
      withContent.set(stage, { ...stage, payload: { ...stage.payload, ...content } });
      if (text !== undefined) prompt.push({ role: 'assistant', content: text });
      for (const { result } of calls)
        if (result !== undefined) prompt.push({ role: 'tool', content: result });
    });
  }

  /** A synthesis spoke a message when it counts as many characters. */
  #ttsContent(stages: StageRecord<'tts'>[], withContent: Map<StageRecord, StageRecord>): void {
    if (stages.length !== this.#texts.length) return;
    stages.forEach((stage, index) => {
      const textInput = this.#texts[index];
      if (textInput === undefined || textInput.length !== stage.payload?.characters) return;
      withContent.set(stage, { ...stage, payload: { textInput, ...stage.payload } });
    });
  }
}

function isKind<Kind extends StageRecord['kind']>(
  stage: StageRecord,
  kind: Kind,
): stage is StageRecord<Kind> {
  return stage.kind === kind;
}

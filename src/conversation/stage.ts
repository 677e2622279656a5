import type { Attributes, Context } from '@opentelemetry/api';
import { warn } from '../otel/diagnostics.js';
import type { TimeInput } from '../otel/time.js';
import {
  ATTR_GEN_AI_INPUT_MESSAGES,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_VOICE_COST_AMOUNT,
  ATTR_VOICE_COST_MISSING_REASON,
  ATTR_VOICE_STAGE_END_REASON,
  ATTR_VOICE_STAGE_ID,
  ATTR_VOICE_STAGE_MODE,
  ATTR_VOICE_STAGE_TIME_TO_FIRST_OUTPUT,
  ATTR_VOICE_STAGE_TYPE,
  ATTR_VOICE_STT_PARTIALS,
  ATTR_VOICE_TTS_CHARACTERS,
  ATTR_VOICE_TTS_TEXT,
  VOICE_COST_MISSING_REASON_VALUE_INVALID_USAGE,
  VOICE_STAGE_END_REASON_VALUE_COMPLETED,
  VOICE_STAGE_END_REASON_VALUE_DISCARDED,
  VOICE_STAGE_END_REASON_VALUE_ERROR,
} from '../semconv/generated.js';
import { createId } from './ids.js';
import { toJson } from './json.js';
import { inputMessages, outputMessages } from './messages.js';
import { writePayload } from './payload-attributes.js';
import type { StageKind, StagePayloads, SttPartial } from './payloads.js';
import { asId, asList, asText, read } from './read.js';
import { activeContext, LateCalls, openSpan, type SessionScope, withSpan } from './scope.js';
import type { SpanHandle } from './span-handle.js';
import { isStageKind, STAGE_KINDS, stageOperation, stageSpanKind, stageSpanName } from './stage-span.js';

/** How a stage is done and by whom. */
export interface StageOptions {
  provider?: string;
  model?: string;
  /** How the provider was called, where its price depends on it. Default: streaming is assumed. */
  mode?: 'stream' | 'batch';
  /** Of an `llm` stage: `generate_content` for a speech-to-speech model. Default `chat`. */
  operation?: 'chat' | 'generate_content';
  /** Default now. */
  startTime?: TimeInput;
  /** Default: a fresh `st_` id. */
  stageId?: string;
}

/** What a stage hangs under: a turn, or the session. */
export interface StageHost {
  readonly scope: SessionScope;
  /** The context with the parent's span active. */
  readonly parent: Context;
  /** The attributes of the turn, and its id; empty for a stage of the session itself. */
  readonly turn: Attributes;
  readonly turnId: string | undefined;
}

/** Interim results kept per stage; beyond, the oldest go. */
const MAX_PARTIALS = 500;

/** One step of a turn: a recogniser, a model, a synthesiser, a tool, … Calls after `end` are ignored. */
export class Stage<Kind extends StageKind = StageKind> {
  readonly stageId: string;
  readonly kind: Kind;
  /** The context with this stage's span active, for spans of yours that belong inside. */
  readonly context: Context;
  readonly #scope: SessionScope;
  readonly #span: SpanHandle;
  readonly #late = new LateCalls('stage');
  readonly #billed = new Map<string, 'valid' | 'invalid'>();
  readonly #messages: { prompt?: unknown; completion?: unknown; toolCalls?: unknown } = {};
  #partials: unknown[] = [];
  #spokenText: string | undefined;
  #costIsGiven = false;
  #endReason: string = VOICE_STAGE_END_REASON_VALUE_COMPLETED;
  #endTime: number | undefined;
  #firstOutput: number | undefined;

  /** @internal Made by `startStage` of a turn or a session. */
  constructor(host: StageHost, kind: Kind, options: unknown) {
    const { scope, parent, turn } = host;
    this.#scope = scope;
    this.kind = kind;
    this.stageId = asId(read(options, 'stageId')) ?? createId('st');
    const known = isStageKind(kind);
    if (!known) warn('stage-kind', `a stage of an unknown kind is not recorded; known: ${STAGE_KINDS}`);
    this.#span = openSpan(known ? scope : { ...scope, tracer: undefined }, {
      name: stageSpanName(kind, options),
      kind: stageSpanKind(kind),
      startTime: scope.clock.at(read(options, 'startTime')),
      attributes: { ...turn, ...this.#startAttributes(options) },
      parent,
    });
    this.context = withSpan(activeContext(), this.#span.span);
    scope.stages.opened(this, host.turnId);
  }

  get ended(): boolean {
    return this.#span.ended;
  }

  /** Adds to the payload; fields given again replace those given before. */
  setPayload(payload: StagePayloads[Kind]): void {
    if (this.#isLate('setPayload') || !isStageKind(this.kind)) return;
    const { attributes, billed } = writePayload(this.kind, payload);
    for (const [field, state] of billed) this.#billed.set(field, state);
    if (this.kind === 'llm') Object.assign(attributes, this.#llmMessages(payload));
    if (this.kind === 'stt') this.#gatherPartials(read(payload, 'partials'));
    if (this.kind === 'tts') this.#spokenText = asText(attributes[ATTR_VOICE_TTS_TEXT]) ?? this.#spokenText;
    this.#costIsGiven ||= attributes[ATTR_VOICE_COST_AMOUNT] !== undefined;
    this.#span.set(attributes);
    if (this.kind === 'tool' && attributes[ATTR_GEN_AI_TOOL_NAME] !== undefined) {
      this.#span.rename(`execute_tool ${attributes[ATTR_GEN_AI_TOOL_NAME]}`);
    }
    if (this.kind === 'api_call' && attributes[ATTR_HTTP_REQUEST_METHOD] !== undefined) {
      const method = String(attributes[ATTR_HTTP_REQUEST_METHOD]);
      this.#span.rename(method === '_OTHER' ? 'HTTP' : method);
    }
  }

  /** Adds an interim or final result of a recogniser. Content. */
  addPartial(partial: SttPartial): void {
    if (this.#isLate('addPartial')) return;
    if (this.kind !== 'stt') {
      warn('partials', 'only stt stages have partial results; one on a stage of another kind was left out');
      return;
    }
    this.#partials.push(partial);
    if (this.#partials.length > MAX_PARTIALS) this.#partials.shift();
  }

  /** The first token of a model or the first byte of a synthesiser. The first call counts. */
  firstOutput(time?: TimeInput): void {
    if (this.#isLate('firstOutput')) return;
    this.#firstOutput ??= this.#scope.clock.at(time);
  }

  /** The stage failed: its end reason is `error` and its span's status Error. Does not end it. */
  fail(error: unknown): void {
    if (this.#isLate('fail')) return;
    this.#endReason = VOICE_STAGE_END_REASON_VALUE_ERROR;
    this.#span.fail(error);
  }

  /** Its output was thrown away (a preemptive or cancelled generation). It still cost. Does not end it. */
  discard(): void {
    if (this.#isLate('discard')) return;
    this.#endReason = VOICE_STAGE_END_REASON_VALUE_DISCARDED;
  }

  /** When it really ran, for things already over; `end()` then keeps `endTime`. */
  setTiming(timing: { startTime?: TimeInput; endTime?: TimeInput }): void {
    if (this.#isLate('setTiming')) return;
    const startTime = read(timing, 'startTime');
    const endTime = read(timing, 'endTime');
    if (startTime !== undefined) this.#span.moveStart(this.#scope.clock.at(startTime));
    if (endTime !== undefined) this.#endTime = this.#scope.clock.at(endTime);
  }

  /** @internal The callback form: its work is done. */
  succeed(): void {
    this.end();
  }

  /** @internal The callback form: its work failed. */
  failed(error: unknown): void {
    this.fail(error);
    this.end();
  }

  /** Ends the stage now, or at the time that `setTiming` gave. A second call does nothing. */
  end(): void {
    if (this.#isLate('end')) return;
    const partials = this.#partials.length > 0 ? toJson(this.#partials) : undefined;
    this.#span.set({
      [ATTR_VOICE_STAGE_END_REASON]: this.#endReason,
      ...this.#firstOutputAttributes(),
      ...this.#usageAttributes(),
      ...(partials === undefined ? {} : { [ATTR_VOICE_STT_PARTIALS]: partials }),
    });
    this.#span.end(this.#endTime ?? this.#scope.clock.now());
    this.#partials = [];
    this.#scope.stages.closed(this);
  }

  [Symbol.dispose](): void {
    this.end();
  }

  #isLate(call: string): boolean {
    if (this.#span.ended) this.#late.note(call);
    return this.#span.ended;
  }

  #firstOutputAttributes(): Attributes {
    const time = this.#firstOutput;
    if (time === undefined) return {};
    return {
      ...this.#span.offset(ATTR_VOICE_STAGE_TIME_TO_FIRST_OUTPUT, time),
      ...(this.kind === 'llm' ? this.#span.offset(ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK, time) : {}),
    };
  }

  /** Usage that cannot be priced is said; a cost of the caller's needs none. */
  #usageAttributes(): Attributes {
    const invalid = [...this.#billed.values()].includes('invalid') && !this.#costIsGiven;
    return {
      ...(invalid ? { [ATTR_VOICE_COST_MISSING_REASON]: VOICE_COST_MISSING_REASON_VALUE_INVALID_USAGE } : {}),
      // Counted where nobody else did: usage outlives the content.
      ...(this.#spokenText === undefined || this.#billed.has('characters')
        ? {}
        : { [ATTR_VOICE_TTS_CHARACTERS]: countCodePoints(this.#spokenText) }),
    };
  }

  #startAttributes(options: unknown): Attributes {
    const attributes: Attributes = {
      [ATTR_VOICE_STAGE_TYPE]: this.kind,
      [ATTR_VOICE_STAGE_ID]: this.stageId,
    };
    const provider = asId(read(options, 'provider'));
    const model = asId(read(options, 'model'));
    const mode = read(options, 'mode');
    const operation = stageOperation(this.kind, options);
    if (provider !== undefined) attributes[ATTR_GEN_AI_PROVIDER_NAME] = provider;
    if (model !== undefined) attributes[ATTR_GEN_AI_REQUEST_MODEL] = model;
    if (mode === 'stream' || mode === 'batch') attributes[ATTR_VOICE_STAGE_MODE] = mode;
    if (operation !== undefined) attributes[ATTR_GEN_AI_OPERATION_NAME] = operation;
    return attributes;
  }

  #llmMessages(payload: unknown): Attributes {
    for (const field of ['prompt', 'completion', 'toolCalls'] as const) {
      const value = read(payload, field);
      if (value !== undefined) this.#messages[field] = value;
    }
    const { prompt, completion, toolCalls } = this.#messages;
    const input = inputMessages(prompt);
    const output = outputMessages(completion, toolCalls);
    return {
      ...(input === undefined ? {} : { [ATTR_GEN_AI_INPUT_MESSAGES]: input }),
      ...(output === undefined ? {} : { [ATTR_GEN_AI_OUTPUT_MESSAGES]: output }),
    };
  }

  #gatherPartials(partials: unknown): void {
    this.#partials = asList(partials)?.slice(-MAX_PARTIALS) ?? this.#partials;
  }
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

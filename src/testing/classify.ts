import type { ReadableSpanLike } from '../otel/types.js';
import type { SpanDefinition } from '../semconv/definitions.js';
import {
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_VOICE_STAGE_ID,
  ATTR_VOICE_STAGE_TYPE,
  SCOPE_NAME,
  SPAN_TYPE_VOICE_INTERNAL_AGENT_TURN,
  SPAN_TYPE_VOICE_INTERNAL_SESSION,
  SPAN_TYPE_VOICE_INTERNAL_USER_TURN,
} from '../semconv/generated.js';
import { SPAN_DEFINITIONS } from '../semconv/generated-spans.js';

/** A span with its type in the registry; `type` is absent when no type fits. */
export interface ClassifiedSpan {
  readonly span: ReadableSpanLike;
  readonly type?: string;
  readonly definition?: SpanDefinition;
}

/** Whether the vocabulary speaks about a span: our scope, a name in our namespace, or a stage of anybody's. */
export function isVoiceSpan(span: ReadableSpanLike): boolean {
  return (
    span.instrumentationScope?.name === SCOPE_NAME ||
    span.name.startsWith('voice.') ||
    span.attributes[ATTR_VOICE_STAGE_TYPE] !== undefined
  );
}

/** Finds the type of a span by its stage type, its name, its operation, or what else tells it from others. */
export function classify(span: ReadableSpanLike): ClassifiedSpan {
  const { attributes } = span;
  const types = Object.entries(SPAN_DEFINITIONS);
  const discriminated = types.filter(([, { discriminator }]) =>
    Object.entries(discriminator).every(([key, value]) => attributes[key] === value),
  );
  const operation = attributes[ATTR_GEN_AI_OPERATION_NAME];
  // Stages carry the speaker of their turn, so that only what is no stage can be told by it.
  const stage = attributes[ATTR_VOICE_STAGE_TYPE] ?? attributes[ATTR_VOICE_STAGE_ID];
  const found =
    discriminated.find(([type]) => isStageType(type)) ??
    types.find(([, { name }]) => name === span.name) ??
    types.find(([, { operations }]) => operations?.some((one) => one === operation) === true) ??
    (stage === undefined ? discriminated[0] : undefined);
  return found === undefined ? { span } : { span, type: found[0], definition: found[1] };
}

export function isSessionType(type: string | undefined): boolean {
  return type === SPAN_TYPE_VOICE_INTERNAL_SESSION;
}

export function isTurnType(type: string | undefined): boolean {
  return type === SPAN_TYPE_VOICE_INTERNAL_USER_TURN || type === SPAN_TYPE_VOICE_INTERNAL_AGENT_TURN;
}

export function isStageType(type: string | undefined): boolean {
  return type !== undefined && !isSessionType(type) && !isTurnType(type);
}

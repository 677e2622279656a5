import { SpanKind } from '@opentelemetry/api';
import type { StageKind } from './payloads.js';
import { asId, read } from './read.js';

interface StageSpan {
  readonly kind: SpanKind;
  /** `gen_ai.operation.name`, which is also the first word of the span's name. */
  readonly operation?: string;
  /** The span's name where no operation names it. */
  readonly name?: string;
}

/** How each kind of stage looks as a span (DESIGN, section 4). */
const STAGE_SPANS: Readonly<Record<StageKind, StageSpan>> = {
  stt: { kind: SpanKind.CLIENT, operation: 'speech_to_text' },
  llm: { kind: SpanKind.CLIENT, operation: 'chat' },
  tts: { kind: SpanKind.CLIENT, operation: 'text_to_speech' },
  tool: { kind: SpanKind.INTERNAL, operation: 'execute_tool' },
  api_call: { kind: SpanKind.CLIENT, name: 'HTTP' },
  vad: { kind: SpanKind.INTERNAL, name: 'voice.vad' },
  nlu: { kind: SpanKind.INTERNAL, name: 'voice.nlu' },
  dialogue_management: { kind: SpanKind.INTERNAL, name: 'voice.dialogue_management' },
};

/** The stage kinds, as a sentence for a warning. */
export const STAGE_KINDS: string = Object.keys(STAGE_SPANS).join(', ');

export function isStageKind(kind: unknown): kind is StageKind {
  return typeof kind === 'string' && Object.hasOwn(STAGE_SPANS, kind);
}

export function stageSpanKind(kind: unknown): SpanKind {
  return isStageKind(kind) ? STAGE_SPANS[kind].kind : SpanKind.INTERNAL;
}

export function stageOperation(kind: unknown, options: unknown): string | undefined {
  if (!isStageKind(kind)) return undefined;
  if (kind === 'llm' && read(options, 'operation') === 'generate_content') return 'generate_content';
  return STAGE_SPANS[kind].operation;
}

/** The span's name: operation and model, without the second word where the model is unknown. */
export function stageSpanName(kind: unknown, options: unknown): string {
  const operation = stageOperation(kind, options);
  if (operation === undefined)
    return (isStageKind(kind) ? STAGE_SPANS[kind].name : undefined) ?? 'voice.stage';
  const model = kind === 'tool' ? undefined : asId(read(options, 'model'));
  return model === undefined ? operation : `${operation} ${model}`;
}

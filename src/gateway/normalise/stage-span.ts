import type { Attributes } from '@opentelemetry/api';
import { stageOperation, stageSpanName } from '../../conversation/stage-span.js';
import {
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_VOICE_STAGE_END_REASON,
  ATTR_VOICE_STAGE_ID,
  ATTR_VOICE_STAGE_TYPE,
  VOICE_STAGE_END_REASON_VALUE_COMPLETED,
  VOICE_STAGE_END_REASON_VALUE_DISCARDED,
  VOICE_STAGE_END_REASON_VALUE_ERROR,
} from '../../semconv/generated.js';
import type { SpanStage, StageOrigin } from './span-stage.js';

/** What the vocabulary says of a stage, besides whose it is. */
export function stageAttributes(stage: SpanStage, failed: boolean): Attributes {
  const { kind, provider, model, discarded, origin } = stage;
  const operation = stageOperation(kind, stage);
  let endReason: string = VOICE_STAGE_END_REASON_VALUE_COMPLETED;
  if (discarded === true) endReason = VOICE_STAGE_END_REASON_VALUE_DISCARDED;
  else if (failed) endReason = VOICE_STAGE_END_REASON_VALUE_ERROR;
  return {
    [ATTR_VOICE_STAGE_TYPE]: kind,
    [ATTR_VOICE_STAGE_ID]: `st_${origin.spanId}`,
    ...(provider === undefined ? {} : { [ATTR_GEN_AI_PROVIDER_NAME]: provider }),
    ...(model === undefined ? {} : { [ATTR_GEN_AI_REQUEST_MODEL]: model }),
    ...(operation === undefined ? {} : { [ATTR_GEN_AI_OPERATION_NAME]: operation }),
    ...origin.attributes,
    [ATTR_VOICE_STAGE_END_REASON]: endReason,
    ...(failed ? { [ATTR_ERROR_TYPE]: origin.errorType ?? '_OTHER' } : {}),
  };
}

/** The span's name, by kind, model and tool. */
export function stageName({ kind, model, operation, origin }: SpanStage): string {
  return kind === 'tool' ? toolName(origin) : stageSpanName(kind, { model, operation });
}

function toolName({ attributes }: StageOrigin): string {
  const name = attributes[ATTR_GEN_AI_TOOL_NAME];
  return typeof name === 'string' && name !== '' ? `execute_tool ${name}` : 'execute_tool';
}

import { ATTR_VOICE_STAGE_TIME_TO_FIRST_OUTPUT } from '../../../semconv/generated.js';
import type { SpanStage } from '../span-stage.js';
import type { PipecatService } from './services.js';

/** The stage that a span of a service is. */
export function stageOf(service: PipecatService, discarded = false): SpanStage {
  const { kind, startTime, endTime, provider, model, origin } = service;
  const failed = origin.span?.failed === true || origin.errorType !== undefined;
  return {
    kind,
    startTime,
    endTime,
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined || kind === 'tool' ? {} : { model }),
    ...(kind === 'llm' && service.speechToSpeech ? { operation: 'generate_content' as const } : {}),
    ...(discarded ? { discarded } : {}),
    ...(failed ? { error: origin.errorType ?? '_OTHER' } : {}),
    origin,
  };
}

/** A synthesis of which nobody heard a sound. Pipecat gives it no error, and a first byte that did not come. */
export function soundless(stage: SpanStage): SpanStage {
  const errorType = stage.origin.errorType ?? 'no_audio';
  const { origin } = withoutFirstByte(stage);
  return { ...stage, error: errorType, origin: { ...origin, errorType } };
}

/** A synthesis of which nobody knows whether it gave sound. */
export function withoutFirstByte(stage: SpanStage): SpanStage {
  const { [ATTR_VOICE_STAGE_TIME_TO_FIRST_OUTPUT]: _none, ...attributes } = stage.origin.attributes;
  return { ...stage, origin: { ...stage.origin, attributes } };
}

import {
  type Attributes,
  type Counter,
  type Histogram,
  type Meter,
  type MeterProvider,
  metrics,
  ValueType,
} from '@opentelemetry/api';
import { hasGlobalMeterProvider } from '../otel/registration.js';
import { roundSeconds, secondsBetween } from '../otel/time.js';
import type { ReadableSpanLike } from '../otel/types.js';
import {
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_VOICE_COST_AMOUNT,
  ATTR_VOICE_STAGE_TIME_TO_FIRST_OUTPUT,
  ATTR_VOICE_STT_AUDIO_DURATION,
  ATTR_VOICE_TTS_AUDIO_DURATION,
  ATTR_VOICE_TTS_CHARACTERS,
  ATTR_VOICE_TURN_INTERRUPTION_LATENCY,
  ATTR_VOICE_TURN_RESPONSE_LATENCY,
  ATTR_VOICE_TURN_TIME_TO_FIRST_AUDIO,
  ATTR_VOICE_USAGE_TOKEN_TYPE,
  METRIC_DEFINITIONS,
  METRIC_VOICE_COST,
  METRIC_VOICE_EXPORT_DROPPED_SPANS,
  METRIC_VOICE_SESSION_DURATION,
  METRIC_VOICE_STAGE_DURATION,
  METRIC_VOICE_STAGE_TIME_TO_FIRST_OUTPUT,
  METRIC_VOICE_TURN_INTERRUPTION_LATENCY,
  METRIC_VOICE_TURN_RESPONSE_LATENCY,
  METRIC_VOICE_TURN_TIME_TO_FIRST_AUDIO,
  METRIC_VOICE_USAGE_AUDIO,
  METRIC_VOICE_USAGE_CHARACTERS,
  METRIC_VOICE_USAGE_TOKENS,
  SCHEMA_URL,
  SCOPE_NAME,
} from '../semconv/generated.js';
import { VERSION } from '../semconv/version.js';
import { number } from './attributes.js';
import type { VoiceSpan } from './role.js';

/** Records what spans say as metrics, with the low-cardinality attributes that the definitions allow. */
export class Metrics {
  readonly #given: MeterProvider | undefined;
  #provider: MeterProvider | undefined;
  #meter: Meter | undefined;
  #instruments = new Map<string, Counter | Histogram>();

  /** @param given default: the global meter provider, looked up at each record, as the API has no proxy meter */
  constructor(given: MeterProvider | undefined) {
    this.#given = given;
  }

  /** Records a span of a conversation that has ended and has its roll-ups. */
  ended({ span, role }: VoiceSpan): void {
    if (!this.wanted) return;
    switch (role) {
      case 'user_turn':
        return this.#recordAttribute(
          METRIC_VOICE_TURN_INTERRUPTION_LATENCY,
          span,
          ATTR_VOICE_TURN_INTERRUPTION_LATENCY,
        );
      case 'agent_turn':
        this.#recordAttribute(
          METRIC_VOICE_TURN_TIME_TO_FIRST_AUDIO,
          span,
          ATTR_VOICE_TURN_TIME_TO_FIRST_AUDIO,
        );
        return this.#recordAttribute(
          METRIC_VOICE_TURN_RESPONSE_LATENCY,
          span,
          ATTR_VOICE_TURN_RESPONSE_LATENCY,
        );
      case 'stage':
        return this.#stage(span);
      case 'session':
        return this.#record(METRIC_VOICE_SESSION_DURATION, duration(span), span.attributes);
    }
  }

  /** Spans that were dropped before the back end had them. */
  dropped(count: number, reason: string): void {
    if (!this.wanted) return;
    this.#record(METRIC_VOICE_EXPORT_DROPPED_SPANS, count, { [ATTR_ERROR_TYPE]: reason });
  }

  /** Whether anybody listens. */
  get wanted(): boolean {
    return this.#given !== undefined || hasGlobalMeterProvider();
  }

  #stage(span: ReadableSpanLike): void {
    this.#record(METRIC_VOICE_STAGE_DURATION, duration(span), span.attributes);
    this.#recordAttribute(
      METRIC_VOICE_STAGE_TIME_TO_FIRST_OUTPUT,
      span,
      ATTR_VOICE_STAGE_TIME_TO_FIRST_OUTPUT,
    );
    this.#recordAttribute(METRIC_VOICE_COST, span, ATTR_VOICE_COST_AMOUNT);
    this.#recordAttribute(METRIC_VOICE_USAGE_AUDIO, span, ATTR_VOICE_STT_AUDIO_DURATION);
    this.#recordAttribute(METRIC_VOICE_USAGE_AUDIO, span, ATTR_VOICE_TTS_AUDIO_DURATION);
    this.#recordAttribute(METRIC_VOICE_USAGE_CHARACTERS, span, ATTR_VOICE_TTS_CHARACTERS);
    this.#tokens(span, ATTR_GEN_AI_USAGE_INPUT_TOKENS, 'input');
    this.#tokens(span, ATTR_GEN_AI_USAGE_OUTPUT_TOKENS, 'output');
  }

  #tokens(span: ReadableSpanLike, key: string, type: 'input' | 'output'): void {
    const attributes = { ...span.attributes, [ATTR_VOICE_USAGE_TOKEN_TYPE]: type };
    this.#record(METRIC_VOICE_USAGE_TOKENS, number(span, key), attributes);
  }

  #recordAttribute(metric: string, span: ReadableSpanLike, key: string): void {
    this.#record(metric, number(span, key), span.attributes);
  }

  #record(metric: string, value: number | undefined, attributes: Attributes): void {
    if (value === undefined || value < 0) return;
    const instrument = this.#instrument(metric);
    if (instrument === undefined) return;
    const allowed: Attributes = {};
    for (const key of METRIC_DEFINITIONS[metric]?.attributes ?? []) {
      const attribute = attributes[key];
      if (attribute !== undefined) allowed[key] = attribute;
    }
    if ('record' in instrument) instrument.record(value, allowed);
    else instrument.add(value, allowed);
  }

  #instrument(metric: string): Counter | Histogram | undefined {
    const provider = this.#given ?? metrics.getMeterProvider();
    if (provider !== this.#provider) {
      this.#provider = provider;
      this.#meter = provider.getMeter(SCOPE_NAME, VERSION, { schemaUrl: SCHEMA_URL });
      this.#instruments = new Map();
    }
    const known = this.#instruments.get(metric);
    const definition = METRIC_DEFINITIONS[metric];
    if (known !== undefined || definition === undefined || this.#meter === undefined) return known;
    const options = {
      unit: definition.unit,
      description: definition.description,
      valueType: definition.valueType === 'int' ? ValueType.INT : ValueType.DOUBLE,
    };
    const instrument =
      definition.instrument === 'histogram'
        ? this.#meter.createHistogram(metric, {
            ...options,
            advice: { explicitBucketBoundaries: [...(definition.buckets ?? [])] },
          })
        : this.#meter.createCounter(metric, options);
    this.#instruments.set(metric, instrument);
    return instrument;
  }
}

function duration(span: ReadableSpanLike): number {
  return roundSeconds(secondsBetween(span.startTime, span.endTime));
}

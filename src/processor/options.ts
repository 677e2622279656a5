import type { MeterProvider } from '@opentelemetry/api';
import { createPriceTable, type PriceTable } from '../cost/price-table.js';
import type { DeliveryOptions } from '../delivery/options.js';
import { createMasker } from '../masking/masker.js';
import type { Masker } from '../masking/types.js';
import { captureContentByDefault } from '../otel/environment.js';
import type { ReadableSpanLike, SpanExporterLike, SpanProcessorLike } from '../otel/types.js';
import { COMPATIBILITY_KEYS, type CompatibilityKeys, isCompatibilityKeys } from './compatibility-keys.js';

/** A span exporter that also wants to know of sessions when they start. */
export interface SessionAwareExporter extends SpanExporterLike {
  /** A masked copy of a session's span, as it is at its start. */
  sessionStarted?(snapshot: ReadableSpanLike): void;
}

/** Options of a `VoiceSpanProcessor`. All are optional. */
export interface VoiceSpanProcessorOptions {
  /**
   * Where every sampled span of the provider goes, as with a BatchSpanProcessor but through the bounded queue; each
   * exporter has its own. Narrow with `filter`.
   */
  exporter?: SessionAwareExporter | SessionAwareExporter[];
  /** Span processors of yours. What has ended reaches them masked; a span that starts holds what was written at its start. */
  next?: SpanProcessorLike | SpanProcessorLike[];
  /**
   * `false` keeps a span from `exporter` and `next`. It is masked all the same. Asked when the span has ended, as what it
   * is shows only then: `next` has seen it start, and for `next` it never ends.
   */
  filter?(span: ReadableSpanLike): boolean;
  /** Default: `createMasker()`. `false` masks nothing. */
  masker?: Masker | false;
  /** Default: `createPriceTable()`. `false` prices nothing; costs that callers give are still added up. */
  prices?: PriceTable | false;
  /**
   * Keys of other conventions under which the cost of a stage is repeated, for back ends that do not read
   * `voice.cost.amount`; see `CompatibilityKeys`. Default: none. Only on priced stages, only amounts in US dollars.
   */
  compatibilityKeys?: readonly CompatibilityKeys[];
  /**
   * `false` removes all content. Default true, unless `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` says
   * otherwise.
   */
  captureContent?: boolean;
  /** For metrics. Default: the global meter provider. */
  meterProvider?: MeterProvider;
  /** How spans wait for their exporter. */
  delivery?: DeliveryOptions;
}

/** The options with their defaults. */
export interface ResolvedProcessorOptions {
  readonly exporters: readonly SessionAwareExporter[];
  readonly next: readonly SpanProcessorLike[];
  readonly filter: ((span: ReadableSpanLike) => boolean) | undefined;
  readonly masker: Masker | undefined;
  readonly prices: PriceTable | undefined;
  readonly compatibilityKeys: readonly CompatibilityKeys[];
  readonly captureContent: boolean;
  readonly meterProvider: MeterProvider | undefined;
  readonly delivery: DeliveryOptions | undefined;
}

const OPTIONS = [
  'exporter',
  'next',
  'filter',
  'masker',
  'prices',
  'compatibilityKeys',
  'captureContent',
  'meterProvider',
  'delivery',
];

/** @throws TypeError for an option that cannot work */
export function resolveOptions(options: VoiceSpanProcessorOptions): ResolvedProcessorOptions {
  if (typeof options !== 'object' || options === null) fail('options must be an object');
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) fail(`there is no option ${unknown}; there are ${OPTIONS.join(', ')}`);
  const { exporter, next, filter, masker, prices, captureContent, meterProvider, delivery } = options;
  const { compatibilityKeys = [] } = options;
  const exporters = list(exporter);
  const processors = list(next);
  for (const one of exporters) {
    if (typeof one?.export !== 'function')
      fail('exporter must be a SpanExporter (an object with export and shutdown)');
  }
  for (const one of processors) {
    if (typeof one?.onStart !== 'function' || typeof one.onEnd !== 'function') {
      fail('next must be a SpanProcessor (an object with onStart and onEnd)');
    }
  }
  if (filter !== undefined && typeof filter !== 'function') fail('filter must be a function');
  if (masker !== undefined && masker !== false && typeof masker?.mask !== 'function') {
    fail('masker must have mask(text), as createMasker() makes it, or be false');
  }
  if (prices !== undefined && prices !== false && typeof prices?.estimate !== 'function') {
    fail('prices must be a price table, as createPriceTable() makes it, or false');
  }
  if (!Array.isArray(compatibilityKeys) || !compatibilityKeys.every(isCompatibilityKeys)) {
    fail(`compatibilityKeys must be a list of ${COMPATIBILITY_KEYS.join(', ')}`);
  }
  if (captureContent !== undefined && typeof captureContent !== 'boolean')
    fail('captureContent must be a boolean');
  if (meterProvider !== undefined && typeof meterProvider?.getMeter !== 'function') {
    fail('meterProvider must be a MeterProvider (an object with getMeter)');
  }
  return {
    exporters,
    next: processors,
    filter,
    masker: masker === false ? undefined : (masker ?? createMasker()),
    prices: prices === false ? undefined : (prices ?? createPriceTable()),
    compatibilityKeys: [...compatibilityKeys],
    captureContent: captureContent ?? captureContentByDefault(),
    meterProvider,
    delivery,
  };
}

function list<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function fail(message: string): never {
  throw new TypeError(`VoiceSpanProcessor: ${message}`);
}

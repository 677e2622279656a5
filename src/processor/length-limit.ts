import { environmentVariable } from '../otel/environment.js';
import type { ReadableSpanLike } from '../otel/types.js';

/** What the environment says, read once: reading it costs as much as masking a short text. */
let environmentLimit: { readonly value: number | undefined } | undefined;

/**
 * The attribute value length limit under which a span was written: the SDK cuts when an attribute is set, before
 * anybody can mask. Both SDK lines keep the limit on the span, undocumented; else the variables that set it.
 */
export function attributeLengthLimit(span: ReadableSpanLike): number | undefined {
  const { _spanLimits: limits } = span as { _spanLimits?: { attributeValueLengthLimit?: unknown } };
  if (limits !== undefined) return finite(limits.attributeValueLengthLimit);
  environmentLimit ??= { value: fromEnvironment() };
  return environmentLimit.value;
}

function fromEnvironment(): number | undefined {
  return finite(
    Number(
      environmentVariable('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT') ??
        environmentVariable('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT') ??
        Number.NaN,
    ),
  );
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}

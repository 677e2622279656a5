/** How the value of an attribute is written. `any` is a JSON string, or structured where the API can carry it. */
export type AttributeType =
  | 'string'
  | 'int'
  | 'double'
  | 'boolean'
  | 'string[]'
  | 'int[]'
  | 'double[]'
  | 'boolean[]'
  | 'any';

/** `content` is what people said or wrote and what may carry it; everything else is `technical`. */
export type Sensitivity = 'content' | 'technical';

export type RequirementLevel = 'required' | 'conditionally_required' | 'recommended' | 'opt_in';

/** What the registry says of an attribute. */
export interface AttributeDefinition {
  readonly type: AttributeType;
  readonly sensitivity: Sensitivity;
  /** UCUM unit of the value. */
  readonly unit?: string;
  /** The known values of an enumeration. */
  readonly values?: readonly string[];
  /** Whether a value outside `values` is an error. */
  readonly closed?: true;
}

/** What the registry says of a span type. */
export interface SpanDefinition {
  readonly kind: 'internal' | 'client';
  /** Pattern of the span name; `{key}` stands for the attribute's value. */
  readonly name: string;
  /** Pattern of the name when an attribute of `name` is not known. */
  readonly fallback?: string;
  /** Values that `gen_ai.operation.name` may have; the first is the usual one. */
  readonly operations?: readonly string[];
  /** The attribute values that tell this type from the others. */
  readonly discriminator: Readonly<Record<string, string>>;
  /** Span types it may stand under; `none` for a root, `any` for whatever is active. */
  readonly parents: readonly string[];
  /** Requirement level by attribute key. */
  readonly attributes: Readonly<Record<string, RequirementLevel>>;
}

/** What the registry says of a metric. */
export interface MetricDefinition {
  readonly name: string;
  readonly instrument: 'counter' | 'updowncounter' | 'gauge' | 'histogram';
  /** UCUM unit. */
  readonly unit: string;
  readonly valueType: 'int' | 'double';
  readonly description: string;
  /** Explicit bucket boundaries of a histogram, in `unit`. */
  readonly buckets?: readonly number[];
  /** Keys of the attributes a data point may have. */
  readonly attributes: readonly string[];
}

/**
 * Builds a table and freezes it with everything in it. It takes a function so that bundlers can see that an unused
 * table has no effects: a spread by itself might have some.
 */
export function frozenTable<T extends object>(build: () => T): Readonly<T> {
  return freeze(build());
}

function freeze<T extends object>(value: T): Readonly<T> {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) freeze(inner);
  }
  return Object.freeze(value);
}

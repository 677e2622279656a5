import {
  anything,
  type Decoder,
  flag,
  list,
  number,
  object,
  oneOf,
  optional,
  record,
  required,
  text,
} from './decode.js';

type Shape<D> = D extends Decoder<infer T> ? T : never;

const stability = oneOf('stable', 'development', 'alpha', 'beta', 'release_candidate');

const ATTRIBUTE_TYPES = [
  'string',
  'int',
  'double',
  'boolean',
  'string[]',
  'int[]',
  'double[]',
  'boolean[]',
  'any',
] as const;
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];
const plainType = oneOf(...ATTRIBUTE_TYPES);

const deprecated = object({
  reason: required(oneOf('renamed', 'obsoleted', 'uncategorized')),
  renamed_to: optional(text),
  note: optional(text),
});

const namingConventions = object({ policy_exceptions: optional(list(text)) });

const member = object({
  id: required(text),
  value: required(text),
  brief: required(text),
  note: optional(text),
  stability: required(stability),
  deprecated: optional(deprecated),
});

const enumeration = object({ members: required(list(member)) });

/** A type is a plain one or an enumeration of strings; templates and other enumerations are not used here. */
const attributeType: Decoder<AttributeType | Shape<typeof enumeration>> = (value, where, report) =>
  typeof value === 'string' ? plainType(value, where, report) : enumeration(value, where, report);

const attribute = object({
  key: required(text),
  type: required(attributeType),
  brief: required(text),
  note: optional(text),
  stability: required(stability),
  examples: optional(list(anything)),
  deprecated: optional(deprecated),
  annotations: required(
    object({
      voice: required(
        object({
          sensitivity: required(oneOf('content', 'technical')),
          upstream_candidate: required(text),
          unit: optional(text),
          values: optional(oneOf('closed', 'open')),
          format: optional(oneOf('json', 'date', 'date-time')),
        }),
      ),
      naming_conventions: optional(namingConventions),
    }),
  ),
});

const condition = object({ conditionally_required: optional(text), recommended: optional(text) });

export interface Requirement {
  readonly level: 'required' | 'conditionally_required' | 'recommended' | 'opt_in';
  readonly condition?: string;
}

const plainLevel = oneOf('required', 'recommended', 'opt_in');

const requirementLevel: Decoder<Requirement> = (value, where, report) => {
  if (typeof value === 'string') {
    const level = plainLevel(value, where, report);
    return level === undefined ? undefined : { level };
  }
  const found = condition(value, where, report);
  if (found?.conditionally_required !== undefined) {
    return { level: 'conditionally_required', condition: found.conditionally_required };
  }
  if (found?.recommended !== undefined) return { level: 'recommended', condition: found.recommended };
  report('invalid_value', where, 'a condition is conditionally_required or recommended, with a sentence');
  return undefined;
};

const attributeRef = {
  ref: optional(text),
  ref_group: optional(text),
  requirement_level: optional(requirementLevel),
  brief: optional(text),
  note: optional(text),
};
const ref = object(attributeRef);
const spanRef = object({ ...attributeRef, sampling_relevant: optional(flag) });

const attributeGroup = object({
  id: required(text),
  visibility: required(oneOf('internal')),
  attributes: required(list(ref)),
});

const span = object({
  type: required(text),
  kind: required(oneOf('internal', 'client', 'server', 'producer', 'consumer')),
  brief: required(text),
  note: optional(text),
  stability: required(stability),
  name: required(object({ note: required(text) })),
  attributes: required(list(spanRef)),
  deprecated: optional(deprecated),
  annotations: required(
    object({
      voice: required(
        object({
          type_name: required(text),
          name: required(text),
          fallback: optional(text),
          operations: optional(list(text)),
          discriminator: required(record(text)),
          parents: required(list(text)),
        }),
      ),
    }),
  ),
});

const event = object({
  name: required(text),
  brief: required(text),
  note: optional(text),
  stability: required(stability),
  attributes: optional(list(ref)),
  deprecated: optional(deprecated),
});

const metric = object({
  name: required(text),
  instrument: required(oneOf('counter', 'updowncounter', 'gauge', 'histogram')),
  unit: required(text),
  brief: required(text),
  note: optional(text),
  stability: required(stability),
  attributes: optional(list(ref)),
  deprecated: optional(deprecated),
  annotations: required(
    object({
      code_generation: required(object({ metric_value_type: required(oneOf('int', 'double')) })),
      voice: required(object({ buckets: optional(list(number)), upstream_candidate: required(text) })),
    }),
  ),
});

/** One file of the registry in Weaver's `definition/2` syntax, as far as this registry uses it. */
export const definitionFile = object({
  file_format: required(oneOf('definition/2')),
  attributes: optional(list(attribute)),
  attribute_groups: optional(list(attributeGroup)),
  spans: optional(list(span)),
  events: optional(list(event)),
  metrics: optional(list(metric)),
});

export const manifestFile = object({
  schema_url: required(text),
  description: required(text),
  stability: required(stability),
  dependencies: optional(list(object({ schema_url: required(text), registry_path: required(text) }))),
});

const upstreamAttribute = object({
  key: required(text),
  source: required(oneOf('genai', 'core')),
  type: required(plainType),
  brief: required(text),
  stability: required(stability),
  sensitivity: required(oneOf('content', 'technical')),
  unit: optional(text),
  values: optional(list(text)),
  newer_values: optional(list(text)),
  custom_values: optional(list(text)),
  newer: optional(flag),
});

export const upstreamFile = object({
  sources: required(
    object({
      genai: required(
        object({ repository: required(text), commit: required(text), schema_url: required(text) }),
      ),
      core: required(object({ repository: required(text), tag: required(text), schema_url: required(text) })),
    }),
  ),
  checked_against: required(object({ package: required(text), version: required(text) })),
  attributes: required(list(upstreamAttribute)),
});

export type DefinitionFile = Shape<typeof definitionFile>;
export type Manifest = Shape<typeof manifestFile>;
export type Upstream = Shape<typeof upstreamFile>;
export type UpstreamAttribute = Shape<typeof upstreamAttribute>;
export type Attribute = Shape<typeof attribute>;
export type AttributeGroup = Shape<typeof attributeGroup>;
export type Span = Shape<typeof span>;
export type SpanRef = Shape<typeof spanRef>;
export type Event = Shape<typeof event>;
export type Metric = Shape<typeof metric>;

/** The whole registry, all files together. */
export interface Registry {
  readonly manifest: Manifest;
  readonly attributes: readonly Attribute[];
  readonly groups: readonly AttributeGroup[];
  readonly spans: readonly Span[];
  readonly events: readonly Event[];
  readonly metrics: readonly Metric[];
  readonly upstream: Upstream;
}

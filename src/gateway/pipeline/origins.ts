import type { Attributes } from '@opentelemetry/api';
import type { OtlpKeyValue, OtlpResourceSpans, OtlpScopeSpans } from '../../exporters/otlp-json.js';
import { maskAttributes } from '../../masking/attributes.js';
import type { Masker } from '../../masking/types.js';
import type { InstrumentationScopeLike, ResourceLike } from '../../otel/types.js';
import { attributesOf, mapOf, mergeAttributes, type ValueMap } from './values.js';

/** What stands around the spans of one resource in a request, without the spans. */
export type ResourceEnvelope = Omit<OtlpResourceSpans, 'scopeSpans'>;
/** What stands around the spans of one scope in a request. */
export type ScopeEnvelope = Omit<OtlpScopeSpans, 'spans'>;

/** A resource as it came. */
export class WireResource implements ResourceLike {
  readonly attributes: Attributes;
  readonly #envelope: ResourceEnvelope;
  readonly #before: Readonly<ValueMap>;

  constructor(envelope: ResourceEnvelope) {
    this.#envelope = envelope;
    const attributes = mapOf(attributesOf(envelope.resource.attributes));
    this.#before = attributes;
    // OTLP values of any shape: masking follows nested ones.
    this.attributes = attributes as Attributes;
  }

  get schemaUrl(): string | undefined {
    return this.#envelope.schemaUrl;
  }

  /** The envelope with the attributes that the masked form of this resource has. */
  envelope(masked: ResourceLike, maskText: (text: string) => string): ResourceEnvelope {
    const { resource, schemaUrl } = this.#envelope;
    const attributes = mergeAttributes(attributesOf(resource.attributes), this.#before, masked.attributes);
    return {
      ...this.#envelope,
      resource: { ...resource, attributes },
      ...(schemaUrl === undefined ? {} : { schemaUrl: maskText(schemaUrl) }),
    };
  }
}

/** A scope as it came, masked at once: processors do not look at it. */
export class WireScope implements InstrumentationScopeLike {
  readonly name: string;
  readonly version: string | undefined;
  readonly schemaUrl: string | undefined;
  readonly envelope: ScopeEnvelope;

  constructor(envelope: ScopeEnvelope, masker: Masker | undefined) {
    this.envelope = masker === undefined ? envelope : maskedEnvelope(envelope, masker);
    this.name = this.envelope.scope.name;
    this.version = this.envelope.scope.version;
    this.schemaUrl = this.envelope.schemaUrl;
  }
}

function maskedEnvelope(envelope: ScopeEnvelope, masker: Masker): ScopeEnvelope {
  const scope: ScopeEnvelope['scope'] & { readonly attributes?: readonly OtlpKeyValue[] } = envelope.scope;
  const wire = attributesOf(scope.attributes);
  const before = mapOf(wire);
  const { attributes } = maskAttributes(before as Attributes, masker, { captureContent: true });
  return {
    ...envelope,
    scope: {
      ...scope,
      name: masker.mask(scope.name),
      ...(scope.version === undefined ? {} : { version: masker.mask(scope.version) }),
      ...(wire.length === 0 ? {} : { attributes: mergeAttributes(wire, before, attributes) }),
    },
    ...(envelope.schemaUrl === undefined ? {} : { schemaUrl: masker.mask(envelope.schemaUrl) }),
  };
}

/** Resources and scopes kept, so that spans of several requests share theirs; beyond, the oldest is forgotten. */
const MAX_ORIGINS = 256;

/** Finds the one object for equal resources and scopes: exporters group spans by its identity. */
export class Origins {
  readonly #masker: Masker | undefined;
  readonly #resources = new Map<string, WireResource>();
  readonly #scopes = new Map<string, WireScope>();

  /** @param masker absent: nothing is masked */
  constructor(masker: Masker | undefined) {
    this.#masker = masker;
  }

  resource({ scopeSpans: _spans, ...envelope }: OtlpResourceSpans): WireResource {
    return interned(this.#resources, envelope, () => new WireResource(envelope));
  }

  scope({ spans: _spans, ...envelope }: OtlpScopeSpans): WireScope {
    return interned(this.#scopes, envelope, () => new WireScope(envelope, this.#masker));
  }
}

function interned<T>(known: Map<string, T>, envelope: object, make: () => T): T {
  const key = JSON.stringify(envelope);
  const found = known.get(key) ?? make();
  known.delete(key);
  known.set(key, found);
  if (known.size > MAX_ORIGINS) known.delete(known.keys().next().value ?? '');
  return found;
}

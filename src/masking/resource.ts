import type { Attributes } from '@opentelemetry/api';
import type { ResourceLike } from '../otel/types.js';
import { type MaskPolicy, maskAttributes } from './attributes.js';
import type { Masker } from './types.js';

/** What SDK resources offer beside their attributes; exporters and batch processors read it. */
interface SdkResource extends ResourceLike {
  readonly asyncAttributesPending?: boolean;
  readonly schemaUrl?: string | undefined;
  waitForAsyncAttributes?(): Promise<void>;
}

const ALWAYS: MaskPolicy = { captureContent: true };

const maskedResources = new WeakMap<Masker, WeakMap<ResourceLike, ResourceLike>>();

/**
 * A resource with masked attributes: the very same object when there is nothing to mask, else one copy a
 * resource, because exporters group spans by the identity of the resource.
 */
export function maskResource(resource: ResourceLike, masker: Masker): ResourceLike {
  let known = maskedResources.get(masker);
  if (known === undefined) {
    known = new WeakMap();
    maskedResources.set(masker, known);
  }
  const before = known.get(resource);
  if (before !== undefined) return before;
  const masked = makeMasked(resource, masker);
  known.set(resource, masked);
  known.set(masked, masked);
  return masked;
}

function makeMasked(resource: SdkResource, masker: Masker): ResourceLike {
  // Attributes that a detector still waits for are masked when they are read.
  if (resource.asyncAttributesPending === true) return new MaskedResource(resource, masker);
  const { attributes } = maskAttributes(resource.attributes, masker, ALWAYS);
  return attributes === resource.attributes ? resource : new MaskedResource(resource, masker);
}

class MaskedResource implements SdkResource {
  readonly #resource: SdkResource;
  readonly #masker: Masker;
  #seen: Attributes | undefined;
  #masked: Attributes = {};

  constructor(resource: SdkResource, masker: Masker) {
    this.#resource = resource;
    this.#masker = masker;
  }

  get attributes(): Attributes {
    const now = this.#resource.attributes;
    if (now !== this.#seen) {
      this.#seen = now;
      this.#masked = maskAttributes(now, this.#masker, ALWAYS).attributes;
    }
    return this.#masked;
  }

  get asyncAttributesPending(): boolean {
    return this.#resource.asyncAttributesPending === true;
  }

  get schemaUrl(): string | undefined {
    return this.#resource.schemaUrl;
  }

  async waitForAsyncAttributes(): Promise<void> {
    await this.#resource.waitForAsyncAttributes?.();
  }
}

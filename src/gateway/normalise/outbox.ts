import type { OtlpScopeSpans, OtlpSpan, OtlpTraceRequest } from '../../exporters/otlp-json.js';
import { SCHEMA_URL, SCOPE_NAME } from '../../semconv/generated.js';
import { VERSION } from '../../semconv/version.js';
import type { Envelope } from './input-span.js';

/** The scope of the spans that carry the vocabulary. */
export const OUR_SCOPE: Envelope['scope'] = {
  scope: { name: SCOPE_NAME, version: VERSION },
  schemaUrl: SCHEMA_URL,
};

interface ResourceGroup {
  readonly resource: Envelope['resource'];
  readonly scopes: Map<string, { readonly scope: Envelope['scope']; readonly spans: OtlpSpan[] }>;
}

/** Spans that are ready, grouped by resource and scope, in the order in which they came. */
export class Outbox {
  readonly #groups = new Map<string, ResourceGroup>();
  /** Equal resources and scopes of several bodies are one. */
  readonly #keys = new WeakMap<object, string>();

  add(span: OtlpSpan, { resource, scope }: Envelope): void {
    const group = getOrAdd(this.#groups, this.#keyOf(resource), () => ({ resource, scopes: new Map() }));
    getOrAdd(group.scopes, this.#keyOf(scope), () => ({ scope, spans: [] })).spans.push(span);
  }

  #keyOf(envelope: object): string {
    const known = this.#keys.get(envelope);
    if (known !== undefined) return known;
    const key = JSON.stringify(envelope);
    this.#keys.set(envelope, key);
    return key;
  }

  /** What has been added since, as requests: none where there is nothing. */
  take(): OtlpTraceRequest[] {
    if (this.#groups.size === 0) return [];
    const resourceSpans = [...this.#groups.values()].map(({ resource, scopes }) => ({
      ...resource,
      scopeSpans: [...scopes.values()].map(({ scope, spans }): OtlpScopeSpans => ({ ...scope, spans })),
    }));
    this.#groups.clear();
    return [{ resourceSpans }];
  }
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

import type { Problem, Report } from './decode.js';
import type {
  Attribute,
  AttributeGroup,
  AttributeType,
  Event,
  Metric,
  Registry,
  Requirement,
  Span,
  SpanRef,
  UpstreamAttribute,
} from './model.js';

/** One member of an enumeration. Upstream members come without a brief. */
export interface ResolvedMember {
  readonly id: string;
  readonly value: string;
  readonly brief: string | undefined;
}

/** An attribute of ours or of upstream, in one form. */
export interface ResolvedAttribute {
  readonly key: string;
  readonly origin: 'voice' | 'genai' | 'core';
  readonly type: AttributeType;
  readonly members: readonly ResolvedMember[];
  readonly closed: boolean;
  readonly brief: string;
  readonly note: string | undefined;
  readonly stability: string;
  readonly sensitivity: 'content' | 'technical';
  readonly unit: string | undefined;
  readonly examples: readonly unknown[];
  readonly upstreamCandidate: string | undefined;
}

/** An attribute on a signal. */
export interface ResolvedRef {
  readonly attribute: ResolvedAttribute;
  readonly requirement: Requirement;
  readonly samplingRelevant: boolean;
  readonly note: string | undefined;
}

export interface ResolvedSignal<T> {
  readonly definition: T;
  /** Ids of the groups that are included, in order. */
  readonly groups: readonly string[];
  /** Every attribute of the signal, those of groups first. */
  readonly attributes: readonly ResolvedRef[];
  /** Keys that the signal names by itself and no group of it does. */
  readonly own: readonly string[];
}

export interface ResolvedRegistry {
  readonly registry: Registry;
  readonly attributes: readonly ResolvedAttribute[];
  readonly groups: readonly ResolvedSignal<AttributeGroup>[];
  readonly spans: readonly ResolvedSignal<Span>[];
  readonly events: readonly ResolvedSignal<Event>[];
  readonly metrics: readonly ResolvedSignal<Metric>[];
}

function resolveOwn(attribute: Attribute): ResolvedAttribute {
  const voice = attribute.annotations.voice;
  return {
    key: attribute.key,
    origin: 'voice',
    type: typeof attribute.type === 'string' ? attribute.type : 'string',
    members: typeof attribute.type === 'string' ? [] : attribute.type.members,
    closed: voice.values === 'closed',
    brief: attribute.brief,
    note: attribute.note,
    stability: attribute.stability,
    sensitivity: voice.sensitivity,
    unit: voice.unit,
    examples: attribute.examples ?? [],
    upstreamCandidate: voice.upstream_candidate,
  };
}

function resolveUpstream(attribute: UpstreamAttribute): ResolvedAttribute {
  const values = [...(attribute.values ?? []), ...(attribute.custom_values ?? [])];
  return {
    key: attribute.key,
    origin: attribute.source,
    type: attribute.type,
    members: values.map((value) => ({ id: value, value, brief: undefined })),
    closed: false,
    brief: attribute.brief,
    note: undefined,
    stability: attribute.stability,
    sensitivity: attribute.sensitivity,
    unit: attribute.unit,
    examples: [],
    upstreamCandidate: undefined,
  };
}

/** Replaces every reference by what it refers to; a reference to nothing is a problem. */
export function resolve(registry: Registry): {
  resolved: ResolvedRegistry;
  problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const report: Report = (id, where, message) => problems.push({ id, where, message });
  const attributes = [
    ...registry.attributes.map(resolveOwn),
    ...registry.upstream.attributes.map(resolveUpstream),
  ];
  const byKey = new Map(attributes.map((attribute) => [attribute.key, attribute]));
  const groupRefs = new Map(registry.groups.map((group) => [group.id, group.attributes]));

  const signal = <T>(
    definition: T,
    where: string,
    refs: readonly Omit<SpanRef, 'sampling_relevant'>[] | readonly SpanRef[],
  ): ResolvedSignal<T> => {
    const groups: string[] = [];
    const own: string[] = [];
    const found = new Map<string, ResolvedRef>();
    const add = (ref: Omit<SpanRef, 'sampling_relevant'> | SpanRef, fromGroup: boolean): void => {
      if (ref.ref === undefined) {
        report('invalid_value', where, 'an attribute is named by ref or ref_group');
        return;
      }
      const attribute = byKey.get(ref.ref);
      if (attribute === undefined) {
        report(
          'unresolved_attribute_ref',
          where,
          `'${ref.ref}' is neither in the registry nor in upstream.yaml`,
        );
        return;
      }
      const before = found.get(ref.ref);
      if (before !== undefined && (fromGroup || own.includes(ref.ref))) {
        report('duplicate_attribute_ref', where, `'${ref.ref}' is referenced twice`);
      }
      if (before === undefined && !fromGroup) own.push(ref.ref);
      found.set(ref.ref, {
        attribute,
        requirement: ref.requirement_level ?? before?.requirement ?? { level: 'recommended' },
        samplingRelevant:
          'sampling_relevant' in ref ? (ref.sampling_relevant ?? false) : (before?.samplingRelevant ?? false),
        note: ref.note ?? before?.note,
      });
    };
    for (const ref of refs) {
      if (ref.ref_group === undefined) continue;
      const group = groupRefs.get(ref.ref_group);
      if (group === undefined) {
        report('unresolved_group_ref', where, `there is no attribute group '${ref.ref_group}'`);
        continue;
      }
      groups.push(ref.ref_group);
      for (const member of group) add(member, true);
    }
    for (const ref of refs) {
      if (ref.ref_group === undefined) add(ref, false);
    }
    return { definition, groups, attributes: [...found.values()], own };
  };

  const resolved: ResolvedRegistry = {
    registry,
    attributes,
    groups: registry.groups.map((group) => signal(group, `group ${group.id}`, group.attributes)),
    spans: registry.spans.map((span) => signal(span, `span ${span.type}`, span.attributes)),
    events: registry.events.map((event) => signal(event, `event ${event.name}`, event.attributes ?? [])),
    metrics: registry.metrics.map((metric) =>
      signal(metric, `metric ${metric.name}`, metric.attributes ?? []),
    ),
  };
  return { resolved, problems };
}

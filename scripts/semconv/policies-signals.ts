import type { Report } from './decode.js';
import type { ResolvedRef, ResolvedRegistry } from './resolve.js';

/** A condition is a full sentence. */
const SENTENCE = /^[A-Z].*\.$/s;

/** What holds for the attributes of any signal. */
function checkRefs(
  where: string,
  signal: string,
  stability: string,
  refs: readonly ResolvedRef[],
  report: Report,
): void {
  for (const { attribute, requirement } of refs) {
    if (requirement.condition !== undefined && !SENTENCE.test(requirement.condition)) {
      report('voice_condition_sentence', where, `the condition of '${attribute.key}' is no full sentence`);
    }
    if (stability === 'stable' && attribute.stability !== 'stable' && requirement.level !== 'opt_in') {
      report(
        `stability_${signal}_lower_stability_attribute`,
        where,
        `'${attribute.key}' is ${attribute.stability}`,
      );
    }
    if (attribute.sensitivity === 'content' && requirement.level !== 'opt_in') {
      report('voice_content_opt_in', where, `'${attribute.key}' is content and must be opt_in`);
    }
  }
}

/** Spans can be told apart and named; metrics have buckets and dimensions of low cardinality. */
export function checkSignals(resolved: ResolvedRegistry, report: Report): void {
  for (const { definition, attributes } of resolved.events) {
    checkRefs(`event ${definition.name}`, 'event', definition.stability, attributes, report);
  }
  checkSpans(resolved, report);
  checkMetrics(resolved, report);
}

function checkSpans(resolved: ResolvedRegistry, report: Report): void {
  const types = resolved.spans.map((span) => span.definition.type);
  for (const { definition, attributes } of resolved.spans) {
    const where = `span ${definition.type}`;
    const voice = definition.annotations.voice;
    checkRefs(where, 'span', definition.stability, attributes, report);
    const byKey = new Map(attributes.map((ref) => [ref.attribute.key, ref]));
    const named = [...`${voice.name} ${voice.fallback ?? ''}`.matchAll(/\{([^}]*)\}/g)].map(
      ([, key]) => key ?? '',
    );
    for (const key of named) {
      if (!byKey.has(key))
        report('voice_span_name', where, `the name uses '${key}', which the span does not reference`);
    }
    if (named.length > 0 && voice.fallback === undefined) {
      report(
        'voice_span_name',
        where,
        'a name made of attributes needs a fallback for when they are not known',
      );
    }
    for (const [key, value] of voice.discriminator) {
      const attribute = byKey.get(key)?.attribute;
      if (attribute === undefined) {
        report('voice_span_discriminator', where, `the span does not reference '${key}'`);
      } else if (
        attribute.members.length > 0 &&
        !attribute.members.some((member) => member.value === value)
      ) {
        report('voice_span_discriminator', where, `'${value}' is no value of '${key}'`);
      }
    }
    const operation = byKey.get('gen_ai.operation.name')?.attribute;
    for (const value of voice.operations ?? []) {
      if (operation?.members.some((member) => member.value === value) !== true) {
        report('voice_span_operation', where, `'${value}' is no value of a referenced gen_ai.operation.name`);
      }
    }
    for (const parent of voice.parents) {
      if (parent !== 'none' && parent !== 'any' && !types.includes(parent)) {
        report('voice_span_parent', where, `there is no span type '${parent}'`);
      }
    }
  }
}

function checkMetrics(resolved: ResolvedRegistry, report: Report): void {
  for (const { definition, attributes } of resolved.metrics) {
    const where = `metric ${definition.name}`;
    checkRefs(where, 'metric', definition.stability, attributes, report);
    if (!definition.brief.endsWith('.')) {
      report('naming_convention_metric_brief_period', where, 'the brief does not end with a period');
    }
    if (['ms', 'us', 'ns', 'min', 'h'].includes(definition.unit)) {
      report('voice_duration_unit', where, `durations are in seconds (unit s), not in ${definition.unit}`);
    }
    const buckets = definition.annotations.voice.buckets;
    if ((definition.instrument === 'histogram') !== (buckets !== undefined)) {
      report('voice_histogram_buckets', where, 'a histogram, and nothing else, states its buckets');
    }
    if (buckets?.some((bound, index) => index > 0 && bound <= (buckets[index - 1] ?? bound)) === true) {
      report('voice_histogram_buckets', where, 'the bucket boundaries do not rise');
    }
    for (const { attribute } of attributes) {
      if (attribute.type === 'any') {
        report(
          'naming_convention_attribute_complex_type_violation',
          where,
          `'${attribute.key}' is of type any, which metrics cannot carry`,
        );
      }
      if (/(?:^|[._])(?:id|index|url)$/.test(attribute.key) || attribute.sensitivity === 'content') {
        report('voice_metric_cardinality', where, `'${attribute.key}' has too many values for a metric`);
      }
    }
  }
}

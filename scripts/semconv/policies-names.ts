import type { Report } from './decode.js';
import { constantNames } from './emit-constants.js';
import type { ResolvedRegistry } from './resolve.js';

const NAME = /^[a-z][a-z0-9]*([._][a-z0-9]+)*$/;
const NAMESPACED = /^[a-z0-9_]+\.[a-z0-9._]+$/;
/** The only namespace that is ours to define keys in. */
const NAMESPACE = 'voice.';
/** Endings and words that say a unit; units belong into metadata. */
const UNIT =
  /(?:^|[._])(?:ms|msec|millis|milliseconds|us|ns|s|sec|secs|seconds|minutes|hours|bytes|kb|mb|pct|percent|usd|eur|per_second)$/;

/** Names are well formed, ours, without units, and unique also as constants and as namespaces. */
export function checkNames(resolved: ResolvedRegistry, report: Report): void {
  const { registry } = resolved;
  for (const attribute of registry.attributes) {
    const where = `attribute ${attribute.key}`;
    if (!NAMESPACED.test(attribute.key) || !NAME.test(attribute.key)) {
      report(
        'naming_convention_attr_has_namespace',
        where,
        `the key does not match ${NAME} with a namespace`,
      );
    } else if (!attribute.key.startsWith(NAMESPACE)) {
      report('voice_namespace', where, `only keys in ${NAMESPACE}* are ours to define`);
    }
    const exceptions = attribute.annotations.naming_conventions?.policy_exceptions ?? [];
    if (UNIT.test(attribute.key) && !exceptions.includes('unit_in_name')) {
      report('voice_unit_in_name', where, 'the key says a unit; put it into annotations.voice.unit');
    }
    const members = typeof attribute.type === 'string' ? [] : attribute.type.members;
    for (const [index, member] of members.entries()) {
      if (!NAME.test(member.id)) {
        report('naming_convention_enum_id', where, `the member id '${member.id}' does not match ${NAME}`);
      }
      if (members.slice(0, index).some((one) => one.id === member.id || one.value === member.value)) {
        report('naming_convention_enum_member_collision', where, `the member '${member.id}' is there twice`);
      }
    }
  }
  for (const { type } of registry.spans) {
    if (!NAME.test(type))
      report('naming_convention_span_type', `span ${type}`, `the type does not match ${NAME}`);
  }
  for (const { name } of registry.events) {
    if (!NAME.test(name))
      report('naming_convention_event_name', `event ${name}`, `the name does not match ${NAME}`);
  }
  for (const { name } of registry.metrics) {
    if (!NAME.test(name))
      report('naming_convention_metric_name', `metric ${name}`, `the name does not match ${NAME}`);
    if (UNIT.test(name)) report('voice_unit_in_name', `metric ${name}`, 'the name says a unit');
  }
  checkCollisions(resolved, report);
}

function checkCollisions(resolved: ResolvedRegistry, report: Report): void {
  const keys = resolved.attributes.map((attribute) => attribute.key);
  for (const key of keys) {
    const below = keys.find((other) => other.startsWith(`${key}.`));
    if (below !== undefined) {
      report(
        'naming_convention_attribute_namespace_collision',
        `attribute ${key}`,
        `the key is also the namespace of ${below}`,
      );
    }
  }
  const metrics = resolved.registry.metrics.map((metric) => metric.name);
  for (const name of metrics) {
    const below = metrics.find((other) => other.startsWith(`${name}.`));
    if (below !== undefined) {
      report(
        'naming_convention_metric_namespace_collision',
        `metric ${name}`,
        `the name is also the namespace of ${below}`,
      );
    }
  }
  const seen = new Map<string, string>();
  for (const { name, of } of constantNames(resolved)) {
    const before = seen.get(name);
    if (before === of) report('voice_duplicate_definition', of, 'it is defined twice');
    else if (before !== undefined) {
      report(
        'naming_convention_attribute_constant_collision',
        of,
        `its constant ${name} is also that of ${before}`,
      );
    }
    seen.set(name, of);
  }
}

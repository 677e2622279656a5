import type { Report } from './decode.js';
import type { AttributeType, Registry } from './model.js';
import type { ResolvedRegistry } from './resolve.js';

const TIME_UNITS = ['ms', 'us', 'ns', 'min', 'h', 'd'];

/** Attributes say what they are: openness, unit, examples of their type; each is used; renames lead somewhere. */
export function checkAttributes(resolved: ResolvedRegistry, report: Report): void {
  const { registry } = resolved;
  const used = new Set(
    [...resolved.spans, ...resolved.events, ...resolved.metrics].flatMap((signal) =>
      signal.attributes.map((ref) => ref.attribute.key),
    ),
  );
  for (const attribute of registry.attributes) {
    const where = `attribute ${attribute.key}`;
    const voice = attribute.annotations.voice;
    const enumeration = typeof attribute.type !== 'string';
    if (enumeration !== (voice.values !== undefined)) {
      report(
        'voice_enum_openness',
        where,
        'annotations.voice.values (closed or open) belongs to enumerations only',
      );
    }
    if (voice.unit !== undefined && TIME_UNITS.includes(voice.unit)) {
      report('voice_duration_unit', where, `durations are in seconds (unit s), not in ${voice.unit}`);
    }
    if (voice.unit === 's' && attribute.type !== 'double') {
      report('voice_duration_unit', where, 'durations are of type double');
    }
    if (typeof attribute.type === 'string') {
      for (const example of attribute.examples ?? []) {
        if (!fits(example, attribute.type)) {
          report(
            'voice_example_type',
            where,
            `the example ${JSON.stringify(example)} is no ${attribute.type}`,
          );
        }
      }
    }
    if (attribute.deprecated === undefined && !used.has(attribute.key)) {
      report('voice_unused_attribute', where, 'no span, event or metric references it');
    }
    checkRename(registry, attribute.key, report);
  }
}

function fits(example: unknown, type: AttributeType): boolean {
  if (type === 'any') return true;
  if (type.endsWith('[]')) return Array.isArray(example);
  if (type === 'int') return Number.isInteger(example);
  return typeof example === (type === 'double' ? 'number' : type);
}

function checkRename(registry: Registry, key: string, report: Report): void {
  const attribute = registry.attributes.find((one) => one.key === key);
  if (attribute?.deprecated?.reason !== 'renamed') return;
  const target = attribute.deprecated.renamed_to;
  const renamed = registry.attributes.find((one) => one.key === target);
  if (renamed === undefined) {
    report(
      'deprecation_attribute_renamed_to_invalid',
      `attribute ${key}`,
      `there is no attribute '${target}'`,
    );
  } else if (JSON.stringify(renamed.type) !== JSON.stringify(attribute.type)) {
    report(
      'deprecation_attribute_renamed_to_type_mismatch',
      `attribute ${key}`,
      `'${target}' has another type`,
    );
  }
}

import { groupTable } from './emit-constants.js';
import type { ResolvedAttribute, ResolvedRef, ResolvedRegistry } from './resolve.js';

const quote = (value: string): string => JSON.stringify(value);
const quoted = (values: readonly string[]): string => `[${values.map(quote).join(', ')}]`;

function attributeEntry(attribute: ResolvedAttribute): string {
  const fields = [`type: ${quote(attribute.type)}`, `sensitivity: ${quote(attribute.sensitivity)}`];
  if (attribute.unit !== undefined) fields.push(`unit: ${quote(attribute.unit)}`);
  if (attribute.members.length > 0) {
    fields.push(`values: ${quoted(attribute.members.map((member) => member.value))}`);
  }
  if (attribute.closed) fields.push('closed: true');
  return `${quote(attribute.key)}: { ${fields.join(', ')} },`;
}

function levels(refs: readonly ResolvedRef[]): string {
  return refs.map((ref) => `${quote(ref.attribute.key)}: ${quote(ref.requirement.level)},`).join('\n');
}

/** Written out, so that the whole table of attributes is not loaded for two sets of its keys. */
function keysOf(resolved: ResolvedRegistry, sensitivity: ResolvedAttribute['sensitivity']): string {
  return quoted(
    resolved.attributes.filter((attribute) => attribute.sensitivity === sensitivity).map(({ key }) => key),
  );
}

/** The tables that the library uses at run time. */
export function emitTables(resolved: ResolvedRegistry): string {
  const metrics = resolved.metrics.map(({ definition, attributes }) => {
    const { annotations } = definition;
    const buckets = annotations.voice.buckets;
    return [
      `${quote(definition.name)}: {`,
      `name: ${quote(definition.name)},`,
      `instrument: ${quote(definition.instrument)},`,
      `unit: ${quote(definition.unit)},`,
      `valueType: ${quote(annotations.code_generation.metric_value_type)},`,
      `description: ${quote(definition.brief)},`,
      ...(buckets === undefined ? [] : [`buckets: [${buckets.join(', ')}],`]),
      `attributes: ${quoted(attributes.map((ref) => ref.attribute.key))},`,
      '},',
    ].join('\n');
  });
  return `
/** Every attribute of the registry and every upstream attribute it references, by key. */
export const ATTRIBUTE_DEFINITIONS: Readonly<Record<string, AttributeDefinition>> = /* @__PURE__ */ frozenTable<
  Record<string, AttributeDefinition>
>(() => ({
${resolved.attributes.map(attributeEntry).join('\n')}
}));

/** Keys, ours and upstream's, whose values are or may carry what people said or wrote. */
export const CONTENT_ATTRIBUTES: ReadonlySet<string> = /* @__PURE__ */ new Set(${keysOf(resolved, 'content')});

/** Keys, ours and upstream's, whose values carry no content. */
export const TECHNICAL_ATTRIBUTES: ReadonlySet<string> = /* @__PURE__ */ new Set(${keysOf(resolved, 'technical')});

/** Every metric of the registry, by name. */
export const METRIC_DEFINITIONS: Readonly<Record<string, MetricDefinition>> = /* @__PURE__ */ frozenTable<
  Record<string, MetricDefinition>
>(() => ({
${metrics.join('\n')}
}));
`;
}

/** The table of span types, which only tests and checkers use and which therefore is a module of its own. */
export function emitSpanTable(resolved: ResolvedRegistry): string {
  const used = new Set(resolved.spans.flatMap((span) => span.groups));
  const groups = resolved.groups
    .filter((group) => used.has(group.definition.id))
    .map(
      (group) =>
        `const ${groupTable(group.definition.id)}: Readonly<Record<string, RequirementLevel>> = {\n${levels(group.attributes)}\n};`,
    );
  const spans = resolved.spans.map((span) => {
    const voice = span.definition.annotations.voice;
    const own = new Set(span.own);
    const discriminator = [...voice.discriminator].map(([key, value]) => `${quote(key)}: ${quote(value)}`);
    return [
      `${quote(span.definition.type)}: {`,
      `kind: ${quote(span.definition.kind)},`,
      `name: ${quote(voice.name)},`,
      ...(voice.fallback === undefined ? [] : [`fallback: ${quote(voice.fallback)},`]),
      ...(voice.operations === undefined ? [] : [`operations: ${quoted(voice.operations)},`]),
      `discriminator: { ${discriminator.join(', ')} },`,
      `parents: ${quoted(voice.parents)},`,
      'attributes: {',
      ...span.groups.map((id) => `...${groupTable(id)},`),
      levels(span.attributes.filter((ref) => own.has(ref.attribute.key))),
      '},',
      '},',
    ].join('\n');
  });
  return `
${groups.join('\n\n')}

/** Every span type of the registry, by type. */
export const SPAN_DEFINITIONS: Readonly<Record<string, SpanDefinition>> = /* @__PURE__ */ frozenTable<
  Record<string, SpanDefinition>
>(() => ({
${spans.join('\n')}
}));
`;
}

import {
  attributeConstant,
  constantName,
  eventConstant,
  metricConstant,
  spanConstant,
  spanTypeConstant,
  valueConstant,
} from './names.js';
import type { ResolvedAttribute, ResolvedRegistry } from './resolve.js';

/** A constant with its docstring. */
export function constant(name: string, value: string, doc: readonly (string | undefined)[]): string {
  const lines = doc.filter((line): line is string => line !== undefined && line !== '');
  const comment =
    lines.length > 1
      ? `/**\n${lines.map((line) => ` * ${line}`).join('\n *\n')}\n */`
      : `/** ${lines[0] ?? ''} */`;
  return `${comment}\nexport const ${name} = ${JSON.stringify(value)} as const;`;
}

function typeSentence(attribute: ResolvedAttribute): string {
  const type = attribute.type === 'any' ? 'any, on spans a JSON string' : attribute.type;
  const unit = attribute.unit === undefined ? '' : `, unit ${attribute.unit}`;
  const content = attribute.sensitivity === 'content' ? ', content' : '';
  return `Type: ${type}${unit}${content}.`;
}

function attributeConstants(attribute: ResolvedAttribute): string[] {
  return [
    constant(attributeConstant(attribute.key), attribute.key, [
      attribute.brief,
      attribute.note,
      typeSentence(attribute),
    ]),
    ...attribute.members.map((member) =>
      constant(valueConstant(attribute.key, member.id), member.value, [
        member.brief ?? `A value of \`${attribute.key}\`.`,
      ]),
    ),
  ];
}

/** The names of spans that have a fixed one. */
export function fixedSpanNames(resolved: ResolvedRegistry): readonly string[] {
  return resolved.spans
    .map((span) => span.definition.annotations.voice.name)
    .filter((name) => !name.includes('{'));
}

/** Every constant of the registry. */
export function emitConstants(resolved: ResolvedRegistry): string {
  const { registry, attributes, spans, events, metrics } = resolved;
  const own = attributes.filter((attribute) => attribute.origin === 'voice');
  const upstream = attributes.filter((attribute) => attribute.origin !== 'voice');
  return [
    constant('SCHEMA_URL', registry.manifest.schema_url, ['Identifies this version of the convention.']),
    constant('SCOPE_NAME', 'voice-otel', ['The name of our instrumentation scope.']),
    ...own.flatMap(attributeConstants),
    ...upstream.flatMap(attributeConstants),
    ...spans
      .filter((span) => !span.definition.annotations.voice.name.includes('{'))
      .map((span) =>
        constant(
          spanConstant(span.definition.annotations.voice.name),
          span.definition.annotations.voice.name,
          [`Span name. ${span.definition.brief}`],
        ),
      ),
    ...spans.map((span) =>
      constant(spanTypeConstant(span.definition.type), span.definition.type, [
        `Span type. ${span.definition.brief}`,
      ]),
    ),
    ...events.map((event) =>
      constant(eventConstant(event.definition.name), event.definition.name, [event.definition.brief]),
    ),
    ...metrics.map(({ definition }) =>
      constant(metricConstant(definition.name), definition.name, [
        definition.brief,
        definition.note,
        `Instrument: ${definition.instrument}, unit ${definition.unit}.`,
      ]),
    ),
  ].join('\n\n');
}

/** The name of every constant that will be emitted, with what it stands for; two alike are a collision. */
export function constantNames(resolved: ResolvedRegistry): readonly { name: string; of: string }[] {
  return [
    ...resolved.attributes.flatMap((attribute) => [
      { name: attributeConstant(attribute.key), of: attribute.key },
      ...attribute.members.map((member) => ({
        name: valueConstant(attribute.key, member.id),
        of: `${attribute.key} = ${member.value}`,
      })),
    ]),
    ...resolved.spans.map((span) => ({
      name: spanTypeConstant(span.definition.type),
      of: span.definition.type,
    })),
    ...fixedSpanNames(resolved).map((name) => ({ name: spanConstant(name), of: `span ${name}` })),
    ...resolved.events.map(({ definition }) => ({
      name: eventConstant(definition.name),
      of: `event ${definition.name}`,
    })),
    ...resolved.metrics.map(({ definition }) => ({
      name: metricConstant(definition.name),
      of: `metric ${definition.name}`,
    })),
  ];
}

/** The constant of a group's requirement table. */
export function groupTable(id: string): string {
  return `GROUP_${constantName(id)}`;
}

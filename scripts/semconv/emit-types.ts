import type { AttributeType } from './model.js';
import { typeName } from './names.js';
import type { ResolvedAttribute, ResolvedRef, ResolvedRegistry } from './resolve.js';

const TYPES: Readonly<Record<AttributeType, string>> = {
  string: 'string',
  int: 'number',
  double: 'number',
  boolean: 'boolean',
  'string[]': 'string[]',
  'int[]': 'number[]',
  'double[]': 'number[]',
  'boolean[]': 'boolean[]',
  any: 'string',
};

function valueType(attribute: ResolvedAttribute): string {
  return attribute.members.length > 0 ? typeName(attribute.key) : TYPES[attribute.type];
}

function enumerationType(attribute: ResolvedAttribute): string {
  const members = attribute.members.map((member) => JSON.stringify(member.value));
  // An open enumeration takes any string; the known values are kept for completion in editors.
  const rest = attribute.closed ? [] : ['(string & Record<never, never>)'];
  return [
    `/** Values of \`${attribute.key}\`${attribute.closed ? '' : ', and any other string'}. */`,
    `export type ${typeName(attribute.key)} = ${[...members, ...rest].join(' | ')};`,
  ].join('\n');
}

function property(ref: ResolvedRef): string {
  const { attribute, requirement } = ref;
  return requirement.level === 'required'
    ? `${JSON.stringify(attribute.key)}: ${valueType(attribute)};`
    : `${JSON.stringify(attribute.key)}?: ${valueType(attribute)} | undefined;`;
}

function groupType(id: string): string {
  return `${typeName(id)}Attributes`;
}

/** A type per enumeration, per attribute group of spans, and per span type. */
export function emitTypes(resolved: ResolvedRegistry): string {
  const used = new Set(resolved.spans.flatMap((span) => span.groups));
  const enumerations = resolved.attributes
    .filter((attribute) => attribute.members.length > 0)
    .map(enumerationType);
  const groups = resolved.groups
    .filter((group) => used.has(group.definition.id))
    .map((group) => {
      const properties = group.attributes.map(property).join('\n');
      return `/** Attributes of the group \`${group.definition.id}\`. */\nexport type ${groupType(group.definition.id)} = {\n${properties}\n};`;
    });
  const spans = resolved.spans.map((span) => {
    const own = new Set(span.own);
    const { type, brief, annotations } = span.definition;
    const fixed = [...annotations.voice.discriminator]
      .filter(([key]) => !own.has(key))
      .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)};`);
    const properties = span.attributes.filter((ref) => own.has(ref.attribute.key)).map(property);
    return [
      `/** Attributes of the span \`${type}\`. ${brief} */`,
      `export type ${annotations.voice.type_name}Attributes = ${[
        ...span.groups.map(groupType),
        `{\n${[...fixed, ...properties].join('\n')}\n}`,
      ].join(' & ')};`,
    ].join('\n');
  });
  return [...enumerations, ...groups, ...spans].join('\n\n');
}

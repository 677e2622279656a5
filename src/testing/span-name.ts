import type { SpanDefinition } from '../semconv/definitions.js';
import { ATTR_GEN_AI_OPERATION_NAME } from '../semconv/generated.js';
import type { AttributeBag } from './attributes.js';

const PLACE = /\{([^}]+)\}/g;

/** What semconv writes for a method that is none of the known ones; the name falls back. */
const OTHER_METHOD = '_OTHER';

/**
 * The names a span of this type and with these attributes may have. More than one only when the operation, of
 * which the name is made, is not on the span and the type has several.
 */
export function allowedNames(definition: SpanDefinition, attributes: AttributeBag): readonly string[] {
  const operation = attributes[ATTR_GEN_AI_OPERATION_NAME];
  const operations = typeof operation === 'string' ? [operation] : (definition.operations ?? ['']);
  return operations.map((one) => {
    const known = { ...attributes, [ATTR_GEN_AI_OPERATION_NAME]: one };
    return filled(definition.name, known) ?? filled(definition.fallback ?? '', known) ?? '';
  });
}

/** The pattern with every place filled, or `undefined` when an attribute is not known. */
function filled(pattern: string, attributes: AttributeBag): string | undefined {
  let complete = true;
  const name = pattern.replaceAll(PLACE, (_, key: string) => {
    const value = attributes[key];
    if (typeof value === 'string' && value !== '' && value !== OTHER_METHOD) return value;
    complete = false;
    return '';
  });
  return complete ? name : undefined;
}

import type { AttributeValue } from '../../../report/otlp.js';

/** Texts longer than this are shown as they are: parsing and printing megabytes would hold up the page. */
const MAX_PRETTY = 200_000;

/** JSON indented for people; anything else, and what is too long for it, as it is. */
export function prettyJson(text: string): string {
  if (text.length > MAX_PRETTY) return text;
  const value = parseJson(text);
  return typeof value === 'object' && value !== null ? JSON.stringify(opened(value, 0), undefined, 2) : text;
}

/** The value of a JSON text; `undefined` where it is none. */
export function parseJson(text: string): unknown {
  if (text.length > MAX_PRETTY) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An attribute's value as text: strings as they are, everything else as JSON. */
export function valueText(value: AttributeValue | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value, undefined, typeof value === 'object' ? 2 : 0);
}

/** Depth to which JSON within JSON is opened. */
const MAX_OPENED = 3;

/** JSON that stands as a string within JSON, such as the arguments of a tool call, opened. */
function opened(value: unknown, depth: number): unknown {
  if (depth > 32) return value;
  if (Array.isArray(value)) return value.map((item) => opened(item, depth + 1));
  if (typeof value === 'object' && value !== null) {
    // Entries, not assignment: a key named __proto__ stays a key.
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, opened(item, depth + 1)]));
  }
  if (typeof value !== 'string' || depth > MAX_OPENED || !/^\s*[[{]/.test(value)) return value;
  const inner = parseJson(value);
  return typeof inner === 'object' && inner !== null ? opened(inner, depth + 1) : value;
}

import { looksLikeJson, plainEnd } from './json-scan.js';

/** Where the texts of a message stand in a JSON array. */
export interface MessageSource {
  readonly roleEnd: number;
  readonly contentStart: number;
  readonly contentEnd: number;
  /** The content is a text among parts, each with its type. */
  readonly hasParts: boolean;
  readonly end: number;
}

/** A message as OpenTelemetry's GenAI conventions have it, and as the APIs of models have it. */
export const ROLE_OFFSET: number = '{"role":"'.length;
const ROLE = '{"role":"';
const PARTS = '","parts":[{"type":"text","content":"';
const PARTS_END = '"}]}';
const CONTENT = '","content":"';
const CONTENT_END = '"}';
const MAX_ROLE = 16;

/**
 * Reads the message at `start` where it is one of a single text, written as short as can be, without escapes; all but
 * the two texts is known then. `undefined` for any other value.
 */
export function readMessage(text: string, start: number): MessageSource | undefined {
  const roleStart = start + ROLE_OFFSET;
  if (text.slice(start, roleStart) !== ROLE) return undefined;
  const roleEnd = text.indexOf('"', roleStart);
  if (roleEnd < 0 || roleEnd - roleStart > MAX_ROLE) return undefined;
  const hasParts = text.slice(roleEnd, roleEnd + PARTS.length) === PARTS;
  if (!hasParts && text.slice(roleEnd, roleEnd + CONTENT.length) !== CONTENT) return undefined;
  const contentStart = roleEnd + (hasParts ? PARTS : CONTENT).length;
  const contentEnd = plainEnd(text, contentStart);
  const closing = hasParts ? PARTS_END : CONTENT_END;
  const end = contentEnd + closing.length;
  if (text.slice(contentEnd, end) !== closing) return undefined;
  return { roleEnd, contentStart, contentEnd, hasParts, end };
}

/** Whether the content of a message could be JSON itself. */
export function holdsJson(text: string, { contentStart, contentEnd }: MessageSource): boolean {
  const first = text.charCodeAt(contentStart);
  // What is no bracket and no space cannot begin JSON.
  if (first > 0x20 && first !== 0x7b && first !== 0x5b) return false;
  return looksLikeJson(text.slice(contentStart, contentEnd));
}

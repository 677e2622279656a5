import type { InputSpan } from './input-span.js';

/** What may stand as `error.type`: an identifier, not text. */
const IDENTIFIER = /^[A-Za-z_$][\w$.:-]{0,127}$/;

/** `error.type` of a span that failed, from the exception it recorded: its class, without the module. */
export function errorTypeOf(span: InputSpan): string | undefined {
  if (!span.failed) return undefined;
  const type = span.events.findLast(({ name }) => name === 'exception')?.attributes['exception.type'];
  if (typeof type !== 'string') return undefined;
  const name = type.slice(type.lastIndexOf('.') + 1);
  return IDENTIFIER.test(name) ? name : undefined;
}

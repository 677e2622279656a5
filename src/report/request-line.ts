import { errorText } from '../otel/diagnostics.js';
import type { OtlpTraceRequest } from './otlp.js';

const NO_OTLP = 'it is JSON, but no OTLP trace export request (an object with "resourceSpans")';

/** What a line is: a trace export request, one of another signal, or neither, and why. */
export type RequestLine =
  | { readonly request: OtlpTraceRequest }
  | { readonly otherSignal: true }
  | { readonly reason: string };

/**
 * Reads a line of a file of OTLP JSON lines.
 * @param content without white space at its ends
 * @param first whether it is the first line of its file, which shows what else the file may be
 */
export function parseRequestLine(content: string, first: boolean): RequestLine {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    return { reason: (first ? otherFormat(content) : undefined) ?? notJson(error) };
  }
  if (typeof value !== 'object' || value === null) return { reason: NO_OTLP };
  if ('resourceSpans' in value) return { request: value };
  if ('resourceLogs' in value || 'resourceMetrics' in value) return { otherSignal: true };
  return { reason: NO_OTLP };
}

/** What the first line of a file says that was meant well. */
function otherFormat(content: string): string | undefined {
  if (content.startsWith('\u001f'))
    return 'this is gzip; unpack it first: gzip -dc FILE | voice-otel timeline -';
  if (content === '{' || content === '[') {
    return 'this is JSON over several lines; one request a line is needed: jq -c . FILE | voice-otel timeline -';
  }
  return undefined;
}

function notJson(error: unknown): string {
  // V8 quotes the text around the place, which may be what somebody said on the phone.
  const place = /position \d+/.exec(errorText(error))?.[0];
  return `it is not JSON${place === undefined ? '' : ` (${place})`}; a line cut off in the middle looks like this`;
}

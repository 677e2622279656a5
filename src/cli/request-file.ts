import { errorText } from '../otel/diagnostics.js';
import type { OtlpTraceRequest } from '../report/otlp.js';
import { readLines } from './lines.js';

/** A line that is no export request, and why. */
export interface LineProblem {
  readonly line: number;
  readonly reason: string;
}

/** What a file of OTLP JSON lines held besides its requests. */
export interface RequestFileSummary {
  /** Lines that are not empty. */
  readonly lines: number;
  readonly requests: number;
  /** Requests of logs and metrics, which may stand in the same file. */
  readonly otherSignals: number;
  /** The first bad lines; `problemCount` counts them all. */
  readonly problems: readonly LineProblem[];
  readonly problemCount: number;
}

/** Bad lines described; beyond, they are only counted. */
const MAX_PROBLEMS = 5;

const NO_OTLP = 'it is JSON, but no OTLP trace export request (an object with "resourceSpans")';

/** Reads OTLP JSON lines, one export request a line, and goes on after bad ones. Rejects where reading fails. */
export async function readRequests(
  chunks: AsyncIterable<string | Uint8Array>,
  onRequest: (request: OtlpTraceRequest) => void,
): Promise<RequestFileSummary> {
  const problems: LineProblem[] = [];
  let lines = 0;
  let requests = 0;
  let otherSignals = 0;
  let problemCount = 0;
  for await (const { number, text } of readLines(chunks)) {
    const content = text?.trim();
    if (content === '') continue;
    lines += 1;
    const result =
      content === undefined ? { reason: 'it is too long to be read' } : parseLine(content, lines === 1);
    if ('request' in result) {
      requests += 1;
      onRequest(result.request);
    } else if ('otherSignal' in result) {
      otherSignals += 1;
    } else {
      problemCount += 1;
      if (problems.length < MAX_PROBLEMS) problems.push({ line: number, reason: result.reason });
    }
  }
  return { lines, requests, otherSignals, problems, problemCount };
}

type ParsedLine =
  | { readonly request: OtlpTraceRequest }
  | { readonly otherSignal: true }
  | { readonly reason: string };

function parseLine(content: string, first: boolean): ParsedLine {
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

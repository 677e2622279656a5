import type { OtlpTraceRequest } from '../report/otlp.js';
import { parseRequestLine } from '../report/request-line.js';
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
      content === undefined
        ? { reason: 'it is too long to be read' }
        : parseRequestLine(content, lines === 1);
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

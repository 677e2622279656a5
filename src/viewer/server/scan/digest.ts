import type { OtlpTraceRequest as FullRequest } from '../../../exporters/otlp-json.js';
import { rawSpans } from '../../../gateway/normalise/input-span.js';
import { familyOf } from '../../../gateway/normalise/recognise.js';
import { readSpans, type SpanRecord } from '../../../report/otlp.js';
import { parseRequestLine } from '../../../report/request-line.js';
import { roleOf, sessionIdOf } from '../../../report/role.js';
import type { SessionRow } from '../../api.js';
import { rowOf } from '../row.js';
import { isFactKey, packFacts } from './facts.js';

/** What is known of one session from a stretch of lines. */
export interface SessionDigest {
  readonly id: string;
  /** No span named its session: the trace stands for one. */
  readonly byTrace: boolean;
  readonly traceIds: readonly string[];
  readonly spans: number;
  readonly row: SessionRow;
  /** What rows are made of, see facts.ts. */
  readonly facts: string;
  /** Where its lines lie: offset and length in bytes, in turn. */
  readonly places: readonly number[];
  /** Of the last span, epoch milliseconds. */
  readonly lastTime: number;
}

/** What a stretch of lines holds. */
export interface Digest {
  readonly sessions: readonly SessionDigest[];
  readonly spans: number;
  /** Spans that belong to no conversation, by scope. */
  readonly otherScopes: Readonly<Record<string, number>>;
  readonly lines: number;
  readonly requests: number;
  readonly otherSignals: number;
  readonly unreadableSpans: number;
  /** Lines, the empty ones too. */
  readonly allLines: number;
  /** The first bad lines, numbered from 1, and why they are bad. */
  readonly problems: readonly { readonly line: number; readonly reason: string }[];
  readonly problemCount: number;
  /** Lines with spans of Pipecat or LiveKit, which have to be normalised: offset and length in turn. */
  readonly foreign: readonly number[];
  /** Lines with spans of others, which may belong to those. */
  readonly others: readonly number[];
}

/** What a line holds: spans of conversations only, some that have to be normalised, some of others, or no request. */
export interface LookedAt {
  readonly kind: 'voice' | 'foreign' | 'others' | 'none';
  readonly request: object | undefined;
}

const MAX_PROBLEMS = 5;
/** Scopes counted apart; beyond, all count as one. */
const MAX_SCOPES = 100;

/** Reads lines one by one and keeps of them what the list of sessions needs. */
export class Digester {
  readonly #spans: { readonly span: SpanRecord; readonly offset: number; readonly length: number }[] = [];
  readonly #scopes = new Map<string, number>();
  readonly #problems: { line: number; reason: string }[] = [];
  readonly #foreign: number[] = [];
  readonly #others: number[] = [];
  #allLines = 0;
  #lines = 0;
  #requests = 0;
  #otherSignals = 0;
  #unreadable = 0;
  #problemCount = 0;

  /** Takes a line in. @param text `undefined` for a line that is too long */
  push(text: string | undefined, offset: number, length: number): void {
    const request = this.#parse(text);
    if (request !== undefined) this.pushRequest(request, offset, length);
  }

  /** Counts a line, and says what it holds; its spans are not taken in. */
  look(text: string | undefined): LookedAt {
    const request = this.#parse(text);
    if (request === undefined) return { kind: 'none', request: undefined };
    const { spans, unreadable } = readSpans(request, isFactKey);
    this.#requests += 1;
    this.#unreadable += unreadable;
    if (spans.every((span) => roleOf(span) !== undefined)) return { kind: 'voice', request };
    return { kind: hasForeign(request) ? 'foreign' : 'others', request };
  }

  /** As `push`, for a line that was read already. */
  pushRequest(request: object, offset: number, length: number): void {
    this.#requests += 1;
    const { spans, unreadable } = readSpans(request, isFactKey);
    this.#unreadable += unreadable;
    let others = false;
    for (const span of spans) {
      if (roleOf(span) === undefined) {
        others = true;
        this.#count(span.scopeName);
      } else {
        this.#spans.push({ span, offset, length });
      }
    }
    if (!others) return;
    (hasForeign(request) ? this.#foreign : this.#others).push(offset, length);
  }

  #parse(text: string | undefined): object | undefined {
    this.#allLines += 1;
    const content = text?.trim();
    if (content === '') return undefined;
    this.#lines += 1;
    const line =
      content === undefined
        ? { reason: 'it is too long to be read' }
        : parseRequestLine(content, this.#allLines === 1);
    if ('request' in line) return line.request;
    if ('otherSignal' in line) {
      this.#otherSignals += 1;
      return undefined;
    }
    this.#problemCount += 1;
    if (this.#problems.length < MAX_PROBLEMS)
      this.#problems.push({ line: this.#allLines, reason: line.reason });
    return undefined;
  }

  #count(scope: string): void {
    const name = this.#scopes.has(scope) || this.#scopes.size < MAX_SCOPES ? scope.slice(0, 200) : '…';
    this.#scopes.set(name, (this.#scopes.get(name) ?? 0) + 1);
  }

  digest(): Digest {
    return {
      sessions: this.#sessions(),
      spans: this.#spans.length,
      otherScopes: Object.fromEntries(this.#scopes),
      allLines: this.#allLines,
      lines: this.#lines,
      requests: this.#requests,
      otherSignals: this.#otherSignals,
      unreadableSpans: this.#unreadable,
      problems: this.#problems,
      problemCount: this.#problemCount,
      foreign: this.#foreign,
      others: this.#others,
    };
  }

  #sessions(): SessionDigest[] {
    const sessionOfTrace = new Map<string, string>();
    for (const { span } of this.#spans) {
      const id = sessionIdOf(span);
      const known = sessionOfTrace.get(span.traceId);
      if (id !== undefined && (known === undefined || id < known)) sessionOfTrace.set(span.traceId, id);
    }
    const groups = new Map<string, { named: boolean; spans: SpanRecord[]; places: number[] }>();
    for (const { span, offset, length } of this.#spans) {
      const named = sessionIdOf(span) ?? sessionOfTrace.get(span.traceId);
      const id = named ?? span.traceId;
      const group = groups.get(id) ?? { named: false, spans: [], places: [] };
      groups.set(id, group);
      group.named ||= named !== undefined;
      group.spans.push(span);
      if (group.places.at(-2) !== offset) group.places.push(offset, length);
    }
    return [...groups].map(([id, { named, spans, places }]) => ({
      id,
      byTrace: !named,
      traceIds: [...new Set(spans.map(({ traceId }) => traceId))],
      spans: spans.length,
      row: rowOf(id, spans),
      facts: packFacts(spans),
      places,
      lastTime: spans.reduce((last, span) => Math.max(last, span.endTime ?? span.startTime), 0),
    }));
  }
}

/** Whether a request holds spans that only a normaliser understands. */
function hasForeign(request: object): boolean {
  try {
    return rawSpans(request as FullRequest).some((span) => {
      const family = familyOf(span);
      return family !== 'voice' && family !== 'other';
    });
  } catch {
    // Not as OTLP has it: nothing that a normaliser could use.
    return false;
  }
}

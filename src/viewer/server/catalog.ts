import { errorText, warn } from '../../otel/diagnostics.js';
import type { SessionReport } from '../../report/model.js';
import type { SpanRecord } from '../../report/otlp.js';
import { SessionReader } from '../../report/read.js';
import { parseRequestLine } from '../../report/request-line.js';
import { sessionIdOf } from '../../report/role.js';
import type { SessionRow } from '../api.js';
import { rowOf } from './row.js';
import type { Digest, SessionDigest } from './scan/digest.js';
import { packFacts, unpackFacts } from './scan/facts.js';
import type { LineSource, OnMoved, Place, Shelf } from './shelf/shelf.js';

/** A call without its session span, of which something came so long ago, runs. */
const LIVE_MS = 5 * 60 * 1000;
/** Facts held in memory, in characters; beyond, those of calls that are over are read again when they are needed. */
const DEFAULT_MAX_FACTS = 64 * 1024 * 1024;
/** Calls held ready to be sent, by their last version. */
const MAX_REPORTS = 4;
/** Scopes counted apart. */
const MAX_SCOPES = 100;
/** What is let go goes below the bound by this share of it, so that it is not done for every call. */
const KEEP_SHARE = 0.9;

/** One conversation: its row, and where its spans lie. */
class Entry {
  readonly id: string;
  readonly traceIds = new Set<string>();
  byTrace = true;
  places: Place[] = [];
  /** Pieces of facts; `undefined` where they were let go. */
  facts: string[] | undefined = [];
  row: SessionRow | undefined;
  /** Whether the row is older than what is known. */
  stale = false;
  version = 0;
  /** End of the last span, epoch milliseconds. */
  lastTime = 0;
  /** When something of it came the last time; 0 where it was read from a file. */
  receivedAt = 0;

  constructor(id: string) {
    this.id = id;
  }
}

/** A call as it was read for somebody. */
export interface ReadCall {
  readonly report: SessionReport;
  readonly live: boolean;
}

/** All conversations that the viewer knows: rows in memory, spans where they lie. */
export class Catalog {
  readonly #entries = new Map<string, Entry>();
  readonly #sessionOfTrace = new Map<string, string>();
  readonly #scopes = new Map<string, number>();
  readonly #reports = new Map<string, { readonly version: number; readonly report: SessionReport }>();
  readonly #onChange: (sessionId: string) => void;
  readonly #maxFacts: number;
  #bounding: Promise<void> = Promise.resolve();
  #facts = 0;
  #letGo = 0;

  /**
   * @param onChange told of each session that has news
   * @param maxFacts characters of facts held
   */
  constructor(onChange: (sessionId: string) => void, maxFacts: number = DEFAULT_MAX_FACTS) {
    this.#onChange = onChange;
    this.#maxFacts = maxFacts;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Calls that were let go to stay within bounds. */
  get letGo(): number {
    return this.#letGo;
  }

  get otherScopes(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#scopes].sort(([, a], [, b]) => b - a));
  }

  /**
   * Takes in the sessions that were read from a source.
   * @param receivedAt epoch milliseconds, where they have just come
   */
  add(digest: Digest, source: LineSource, receivedAt = 0): void {
    for (const session of digest.sessions) this.#addSession(session, source, receivedAt);
    this.#boundFacts();
  }

  /** Counts spans that belong to no conversation. */
  countScopes(scopes: Readonly<Record<string, number>>): void {
    for (const [scope, count] of Object.entries(scopes)) {
      const name = this.#scopes.has(scope) || this.#scopes.size < MAX_SCOPES ? scope : '…';
      this.#scopes.set(name, (this.#scopes.get(name) ?? 0) + count);
    }
  }

  #addSession(session: SessionDigest, source: LineSource, receivedAt: number): void {
    const entry = this.#entryFor(session);
    const isNew = entry.version === 0;
    entry.version += 1;
    entry.byTrace &&= session.byTrace;
    entry.lastTime = Math.max(entry.lastTime, session.lastTime);
    entry.receivedAt = Math.max(entry.receivedAt, receivedAt);
    for (let index = 0; index + 1 < session.places.length; index += 2) {
      const [offset = 0, length = 0] = session.places.slice(index, index + 2);
      entry.places.push({ source, offset, length });
    }
    if (entry.facts !== undefined) {
      entry.facts.push(session.facts);
      this.#facts += session.facts.length;
    }
    for (const traceId of session.traceIds) {
      entry.traceIds.add(traceId);
      if (!session.byTrace) this.#claimTrace(traceId, entry);
    }
    if (isNew && entry.id === session.id) entry.row = session.row;
    else entry.stale = true;
    this.#onChange(entry.id);
  }

  #entryFor({ id, byTrace }: SessionDigest): Entry {
    // Spans that lost their session id belong to the session of their trace.
    const known = byTrace ? (this.#sessionOfTrace.get(id) ?? id) : id;
    const entry = this.#entries.get(known) ?? new Entry(known);
    this.#entries.set(known, entry);
    return entry;
  }

  /** A trace has found its session: what stood for one under the trace's id becomes part of it. */
  #claimTrace(traceId: string, entry: Entry): void {
    const owner = this.#sessionOfTrace.get(traceId);
    if (owner === undefined || entry.id < owner) this.#sessionOfTrace.set(traceId, entry.id);
    const orphan = this.#entries.get(traceId);
    if (orphan === undefined || orphan === entry || !orphan.byTrace) return;
    this.#entries.delete(traceId);
    entry.places.push(...orphan.places);
    entry.stale = true;
    if (entry.facts !== undefined && orphan.facts !== undefined) entry.facts.push(...orphan.facts);
    else this.#forgetFacts(entry, orphan);
    this.#onChange(traceId);
  }

  #forgetFacts(...entries: readonly Entry[]): void {
    for (const entry of entries) {
      for (const piece of entry.facts ?? []) this.#facts -= piece.length;
      entry.facts = undefined;
    }
  }

  #boundFacts(): void {
    if (this.#facts <= this.#maxFacts) return;
    for (const entry of this.#entries.values()) {
      if (this.#facts <= this.#maxFacts) return;
      if (entry.facts !== undefined && !entry.stale) this.#forgetFacts(entry);
    }
  }

  /** The rows, newest first; `ids` for some of them only. */
  async rows(ids?: readonly string[]): Promise<SessionRow[]> {
    const entries =
      ids === undefined ? [...this.#entries.values()] : ids.flatMap((id) => this.#entries.get(id) ?? []);
    const rows: SessionRow[] = [];
    for (const entry of entries) {
      if (entry.stale || entry.row === undefined) await this.#refresh(entry);
      if (entry.row !== undefined) rows.push({ ...entry.row, live: this.#isLive(entry) });
    }
    return rows.sort((a, b) => b.startTime - a.startTime || (a.sessionId < b.sessionId ? -1 : 1));
  }

  #isLive(entry: Entry): boolean {
    if (entry.row?.complete === true) return false;
    const now = Date.now();
    const last = Math.max(entry.receivedAt, entry.lastTime > now ? 0 : entry.lastTime);
    return now - last < LIVE_MS;
  }

  async #refresh(entry: Entry): Promise<void> {
    entry.stale = false;
    try {
      const spans = (await this.#factsOf(entry)).flatMap(unpackFacts);
      if (spans.length > 0) entry.row = rowOf(entry.id, spans);
    } catch (error) {
      warn('viewer:row', `a call could not be read again: ${errorText(error)}`);
    }
  }

  async #factsOf(entry: Entry): Promise<readonly string[]> {
    if (entry.facts !== undefined) return entry.facts;
    const { version } = entry;
    const spans: SpanRecord[] = [];
    await this.#read(entry, (span) => {
      spans.push(span);
      return false;
    });
    const facts = [packFacts(spans)];
    // What came meanwhile is in the lines of the next reading only.
    if (entry.version === version && entry.facts === undefined) {
      entry.facts = facts;
      this.#facts += facts[0]?.length ?? 0;
    }
    return facts;
  }

  /** A call, whole; `undefined` where there is none of this id. Rejects where its lines cannot be read. */
  async call(id: string): Promise<ReadCall | undefined> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const known = this.#reports.get(id);
    const report = known?.version === entry.version ? known.report : await this.#report(entry);
    if (report === undefined) return undefined;
    return { report, live: !report.complete && this.#isLive(entry) };
  }

  async #report(entry: Entry): Promise<SessionReport | undefined> {
    const { id, version } = entry;
    const reader = await this.#read(entry);
    const report = reader.sessions().find(({ sessionId }) => sessionId === id);
    this.#reports.delete(id);
    if (report !== undefined) this.#reports.set(id, { version, report });
    if (this.#reports.size > MAX_REPORTS) this.#reports.delete(this.#reports.keys().next().value ?? '');
    return report;
  }

  async #read(entry: Entry, look?: (span: SpanRecord) => boolean): Promise<SessionReader> {
    const reader = new SessionReader((span) => {
      const id = sessionIdOf(span);
      const ours = id === undefined ? entry.traceIds.has(span.traceId) : id === entry.id;
      return ours && look?.(span) !== false;
    });
    for (const { source, offset, length } of [...entry.places]) {
      const text = new TextDecoder().decode(await source.read(offset, length));
      const line = parseRequestLine(text.trim(), false);
      if ('request' in line) reader.push(line.request);
    }
    return reader;
  }

  /** Lets the oldest calls of a shelf go until it is within its bound. */
  bound(shelf: Shelf): Promise<void> {
    if (shelf.bytes <= shelf.maxBytes) return this.#bounding;
    // One after the other: what is on its way out still counts among the shelf's bytes.
    const done = this.#bounding.then(() => this.#bound(shelf));
    this.#bounding = done.catch((error: unknown) =>
      warn('viewer:bound', `old calls could not be let go: ${errorText(error)}`),
    );
    return this.#bounding;
  }

  async #bound(shelf: Shelf): Promise<void> {
    if (shelf.bytes <= shelf.maxBytes) return;
    const isKept = ({ source }: Place): boolean => shelf.holds(source);
    const byAge = [...this.#entries.values()].sort((a, b) => ageOf(a) - ageOf(b));
    const gone: Place[] = [];
    let { bytes } = shelf;
    for (const entry of byAge) {
      if (bytes <= shelf.maxBytes * KEEP_SHARE) break;
      const kept = entry.places.filter(isKept);
      if (kept.length === 0) continue;
      gone.push(...kept);
      bytes -= kept.reduce((sum, { length }) => sum + length, 0);
      this.#forget(entry, isKept);
    }
    await shelf.remove(gone, (moves) => this.#move(moves));
  }

  #move(moves: Parameters<OnMoved>[0]): void {
    const [source] = moves[0] ?? [];
    const moved = new Map(moves.map(([from, to]) => [from.offset, to]));
    for (const entry of this.#entries.values()) {
      for (const [index, place] of entry.places.entries()) {
        const to = place.source === source?.source ? moved.get(place.offset) : undefined;
        if (to !== undefined) entry.places[index] = to;
      }
    }
  }

  #forget(entry: Entry, isGone: (place: Place) => boolean): void {
    entry.places = entry.places.filter((place) => !isGone(place));
    entry.version += 1;
    this.#forgetFacts(entry);
    entry.stale = true;
    this.#letGo += 1;
    if (entry.places.length === 0) {
      this.#entries.delete(entry.id);
      this.#reports.delete(entry.id);
      for (const traceId of entry.traceIds) {
        if (this.#sessionOfTrace.get(traceId) === entry.id) this.#sessionOfTrace.delete(traceId);
      }
    }
    this.#onChange(entry.id);
  }
}

function ageOf(entry: Entry): number {
  return entry.receivedAt || entry.lastTime;
}

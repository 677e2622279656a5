import { warn } from '../../otel/diagnostics.js';
import { type AshrApi, FailedError, RefusedError, SPANS_PATH } from './api.js';
import { EventTypes } from './event-types.js';
import { eventTypeOf, type PendingRow, spansBody } from './pending-row.js';
import type { SessionState } from './session-state.js';
import { LISTED_EVENT_TYPES, type SessionRow } from './wire.js';

/** Rows of one request at most. */
const MAX_ROWS = 256;
/** Rows refused one after the other, without any accepted, after which it is the set-up that is at fault. */
const MAX_REFUSALS = 64;

/** One request: rows, and the announcement of their session, of which a request carries one at most. */
export interface Outgoing {
  readonly session: SessionState | undefined;
  readonly rows: readonly PendingRow[];
}

/**
 * Sends rows; what the back end refuses as such is taken apart until the bad row is alone, and only that one is
 * dropped.
 */
export class RowSender {
  readonly #api: AshrApi;
  readonly #eventTypes = new EventTypes();
  #refusals = 0;
  #dropped = 0;

  constructor(api: AshrApi) {
    this.#api = api;
  }

  /** Rows refused so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Rows as requests: new sessions each in one of their own, what has been refused before apart from the rest. */
  plan(rows: readonly PendingRow[]): Outgoing[] {
    const now = Date.now();
    const due = rows.filter((row) => !row.settled && !this.#heldBack(row, now));
    const isApart = (row: PendingRow): boolean => this.#eventTypes.apart(eventTypeOf(row) ?? '');
    const ordinary = due.filter((row) => !isApart(row));
    const announcing = new Map<SessionState, PendingRow[]>();
    const others: PendingRow[] = [];
    for (const row of ordinary) {
      if (!needsAnnouncement(row.session)) others.push(row);
      else getOrAdd(announcing, row.session).push(row);
    }
    return [
      ...[...announcing].map(([session, own]) => ({ session, rows: own.slice(0, MAX_ROWS) })),
      ...slices([...others, ...[...announcing.values()].flatMap((own) => own.slice(MAX_ROWS))], MAX_ROWS).map(
        (part) => ({ session: undefined, rows: part }),
      ),
      ...slices(due.filter(isApart), MAX_ROWS).map((part) => ({ session: undefined, rows: part })),
    ];
  }

  /**
   * Sends one request, and those that come of taking it apart as far as they can begin before `deadline` (epoch ms).
   *
   * @throws FailedError when what is not settled is to be sent again
   */
  async send({ session, rows }: Outgoing, deadline: number): Promise<void> {
    const announcement = session === undefined || !needsAnnouncement(session) ? undefined : session;
    const unsettled = rows.filter(({ settled }) => !settled);
    if (announcement === undefined && unsettled.length === 0) return;
    const row = announcement?.row;
    try {
      await this.#post(unsettled, row);
      if (row !== undefined) announcement?.announced(row);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      await this.#takeApart({ session: announcement, rows: unsettled }, error.message, deadline);
    }
  }

  async #post(rows: readonly PendingRow[], session: SessionRow | undefined): Promise<void> {
    await this.#api.send('POST', SPANS_PATH, {
      ...spansBody(rows),
      ...(session === undefined ? {} : { session }),
    });
    this.#refusals = 0;
    for (const row of rows) {
      row.settled = true;
      row.session.accepted(row.contribution);
      const type = eventTypeOf(row);
      if (type !== undefined) this.#eventTypes.accepted(type);
    }
  }

  async #takeApart({ session, rows }: Outgoing, reason: string, deadline: number): Promise<void> {
    if (session !== undefined) {
      if (rows.length === 0) {
        session.announcementRefused();
        warn('ashr:session', `AshrExporter: the announcement of a session was refused (${reason})`);
        return;
      }
      await this.send({ session, rows: [] }, deadline);
      await this.send({ session: undefined, rows }, deadline);
      return;
    }
    const [only] = rows;
    if (rows.length === 1 && only !== undefined) {
      this.#drop(only, reason);
      return;
    }
    for (const part of parts(rows)) {
      if (Date.now() >= deadline)
        throw new FailedError(`a refused batch is still being taken apart: ${reason}`);
      await this.send({ session: undefined, rows: part }, deadline);
    }
  }

  #drop(row: PendingRow, reason: string): void {
    row.settled = true;
    this.#dropped += 1;
    this.#refusals += 1;
    const type = eventTypeOf(row);
    if (type !== undefined && !LISTED_EVENT_TYPES.has(type)) {
      this.#eventTypes.refused(type, Date.now(), reason);
      return;
    }
    warn(
      `ashr:refused:${row.content.list}`,
      `AshrExporter: a row was refused and is dropped (${reason}); ${this.#dropped} rows dropped so far`,
    );
    // A back end that refuses whatever it is sent is misconfigured: no use in hurrying through all there is.
    if (this.#refusals >= MAX_REFUSALS) throw new FailedError(`every row is refused: ${reason}`);
  }

  #heldBack(row: PendingRow, now: number): boolean {
    const type = eventTypeOf(row);
    if (type === undefined || !this.#eventTypes.heldBack(type, now)) return false;
    row.settled = true;
    this.#dropped += 1;
    return true;
  }
}

/** Whether the back end has to be told of the session before its rows. */
export function needsAnnouncement(session: SessionState): boolean {
  return !session.closed && session.unannounced;
}

/** What may be at fault apart from the rest, where that is known; else two halves. */
function parts(rows: readonly PendingRow[]): PendingRow[][] {
  const suspects = rows.filter((row) => isUnlisted(eventTypeOf(row)));
  if (suspects.length > 0 && suspects.length < rows.length) {
    return [rows.filter((row) => !isUnlisted(eventTypeOf(row))), suspects];
  }
  const middle = Math.ceil(rows.length / 2);
  return [rows.slice(0, middle), rows.slice(middle)];
}

function isUnlisted(type: string | undefined): boolean {
  return type !== undefined && !LISTED_EVENT_TYPES.has(type);
}

function getOrAdd(map: Map<SessionState, PendingRow[]>, key: SessionState): PendingRow[] {
  const known = map.get(key);
  if (known !== undefined) return known;
  const added: PendingRow[] = [];
  map.set(key, added);
  return added;
}

function slices<T>(items: readonly T[], size: number): T[][] {
  const all: T[][] = [];
  for (let index = 0; index < items.length; index += size) all.push(items.slice(index, index + size));
  return all;
}

import { type AshrApi, type PreparedRequest, SPANS_PATH, sessionPath } from './api.js';
import { unendedPatch } from './closer.js';
import { closingPatch } from './closing.js';
import type { Parcel } from './intake.js';
import { type PendingRow, spansBody } from './pending-row.js';
import { needsAnnouncement, type RowSender } from './row-sender.js';
import type { SessionState } from './session-state.js';
import type { Tally } from './tally.js';

/** What is left to send, for a sender that has no time for anything but sending it in order. */
export interface Remainder {
  readonly parcels: readonly Parcel[];
  readonly loose: readonly PendingRow[];
  readonly unannounced: readonly SessionState[];
  /** Sessions that nobody has ended. */
  readonly unended: readonly SessionState[];
  /** Epoch ms. */
  readonly nowMs: number;
}

/** The requests for all that is left: rows with announcements first, then the ends of sessions. */
export function pendingRequests(api: AshrApi, sender: RowSender, left: Remainder): PreparedRequest[] {
  const rows = [...left.loose, ...left.parcels.flatMap((parcel) => parcel.rows)].filter(
    (row) => !row.settled,
  );
  const requests: PreparedRequest[] = [];
  const announced = new Set<SessionState>();
  for (const { session, rows: part } of sender.plan(rows)) {
    if (session !== undefined) announced.add(session);
    const announcement = session === undefined ? {} : { session: session.row };
    requests.push(api.prepare('POST', SPANS_PATH, { ...spansBody(part), ...announcement }));
  }
  const ending = left.parcels.filter(({ closing, session }) => closing !== undefined && !session.closed);
  for (const session of new Set([...left.unannounced, ...ending.map((parcel) => parcel.session)])) {
    if (announced.has(session) || !needsAnnouncement(session)) continue;
    requests.push(api.prepare('POST', SPANS_PATH, { ...spansBody([]), session: session.row }));
  }
  const closed = new Set<SessionState>();
  for (const { session, closing } of ending) {
    if (closing === undefined || closed.has(session)) continue;
    closed.add(session);
    const patch = closingPatch(closing, tallyWith(session, rows), session.whole);
    requests.push(api.prepare('PATCH', sessionPath(session.sessionId), patch));
  }
  for (const session of left.unended) {
    if (closed.has(session)) continue;
    const patch = unendedPatch(session, left.nowMs, tallyWith(session, rows));
    requests.push(api.prepare('PATCH', sessionPath(session.sessionId), patch));
  }
  return requests;
}

/** What a session will add up to once these rows have arrived. */
function tallyWith(session: SessionState, rows: readonly PendingRow[]): Tally {
  const tally = session.tally.copy();
  for (const row of rows) {
    if (row.session === session && row.contribution !== undefined) tally.add(row.contribution);
  }
  return tally;
}

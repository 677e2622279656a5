import { warn } from '../../otel/diagnostics.js';
import type { ReadableSpanLike } from '../../otel/types.js';
import { type AshrApi, FailedError, RefusedError, sessionPath } from './api.js';
import { closingPatch } from './closing.js';
import { wireTime } from './format.js';
import { needsAnnouncement, type RowSender } from './row-sender.js';
import type { SessionState } from './session-state.js';
import type { Tally } from './tally.js';
import type { SessionPatch } from './wire.js';

/** Sends the closing PATCH of sessions whose rows have all arrived. */
export class Closer {
  readonly #api: AshrApi;
  readonly #rows: RowSender;

  constructor(api: AshrApi, rows: RowSender) {
    this.#api = api;
    this.#rows = rows;
  }

  /**
   * Closes a session with what its span says.
   *
   * @throws FailedError when it is to be tried again
   */
  close(session: SessionState, span: ReadableSpanLike): Promise<void> {
    return this.#close(session, () => closingPatch(span, session.tally, session.whole));
  }

  /**
   * Closes a session that nobody has ended, because the process ends: as left by the agent.
   *
   * @throws FailedError when there is no use in trying again now
   */
  closeUnended(session: SessionState, nowMs: number): Promise<void> {
    return this.#close(session, () => unendedPatch(session, nowMs));
  }

  async #close(session: SessionState, patch: () => SessionPatch): Promise<void> {
    if (session.closed) return;
    if (needsAnnouncement(session)) await this.#rows.send({ session, rows: [] }, Number.POSITIVE_INFINITY);
    try {
      await this.#patchKnown(session, patch());
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      warn(
        'ashr:closing',
        `AshrExporter: the end of a session was refused and is dropped (${error.message})`,
      );
    }
    session.closed = true;
  }

  /** A session that the back end does not know is announced once more; then it stays unknown. */
  async #patchKnown(session: SessionState, patch: SessionPatch): Promise<void> {
    const path = sessionPath(session.sessionId);
    try {
      await this.#api.send('PATCH', path, patch);
    } catch (error) {
      if (!(error instanceof FailedError) || error.status !== 404) throw error;
      session.forgotten();
      await this.#rows.send({ session, rows: [] }, Number.POSITIVE_INFINITY);
      await this.#api.send('PATCH', path, patch).catch((again: unknown) => {
        throw again instanceof FailedError && again.status === 404 ? new RefusedError(again.message) : again;
      });
    }
  }
}

/** The end of a session that is still open at `nowMs` (epoch ms). */
export function unendedPatch(
  session: SessionState,
  nowMs: number,
  tally: Tally = session.tally,
): SessionPatch {
  const seconds = Math.floor(nowMs / 1000);
  return {
    end_time: wireTime([seconds, Math.round((nowMs - seconds * 1000) * 1e6)]),
    end_reason: 'agent_left',
    status: 'completed',
    rollups: tally.rollups(Math.max(0, Math.round(nowMs - session.startMs))),
  };
}

import { backoffMs } from '../../delivery/backoff.js';
import { type ExitFlushable, flushBeforeExit, forgetBeforeExit } from '../../delivery/exit-hook.js';
import { startTimer, type Timer, yieldToEventLoop } from '../../delivery/timers.js';
import { isMasked, maskedCopy } from '../../masking/span.js';
import { debug, errorText, warn } from '../../otel/diagnostics.js';
import { guard } from '../../otel/guard.js';
import type { ReadableSpanLike, SpanExporterLike } from '../../otel/types.js';
import { AshrApi, FailedError, type PreparedRequest } from './api.js';
import { Closer } from './closer.js';
import { Intake, type Parcel } from './intake.js';
import { type AshrExporterOptions, type ResolvedAshrOptions, resolveAshrOptions } from './options.js';
import { pendingRequests } from './pending-requests.js';
import type { PendingRow } from './pending-row.js';
import { RowSender } from './row-sender.js';
import type { SessionState } from './session-state.js';
import { Sessions } from './sessions.js';
import { doAll, type Failure } from './workers.js';

/** Code 0 is success, 1 is failure; the `ExportResult` of both SDK lines, also for strict optional properties. */
export interface AshrExportResult {
  code: number;
  error?: Error;
}

/** Nothing new is begun in an export after this many ms: below the 15 s after which our queue gives one up. */
const EXPORT_LIMIT_MS = 9000;
/** A new session is announced after this many ms, together with those that start in the meantime. */
const ANNOUNCE_DELAY_MS = 50;
/** How often one export goes over what is left of it. */
const MAX_ROUNDS = 6;
/** Exports that may wait for their turn; more fail at once, and their spans stay with whoever sent them. */
const MAX_WAITING = 64;

/**
 * Sends conversations to Ashr's voice ingest (`POST /v1/voice/spans`, `PATCH /v1/voice/sessions/{id}`): sessions are
 * announced as active when they start, turns, stages and events follow in batches, and a session is closed once all its
 * rows have arrived. It takes whatever spans carry the vocabulary, whoever wrote them, and leaves all others alone.
 * Spans that no processor has masked are masked before they leave.
 *
 * It tries everything once; what failed goes to the result callback, and the delivery queue of `VoiceSpanProcessor`
 * exports it again, when only what has not arrived yet is sent. Announcements are state and resent until accepted.
 * After construction nothing throws or rejects.
 */
export class AshrExporter implements SpanExporterLike {
  readonly #options: ResolvedAshrOptions;
  readonly #sessions = new Sessions();
  readonly #intake: Intake;
  readonly #api: AshrApi;
  readonly #rows: RowSender;
  readonly #closer: Closer;
  readonly #atExit: ExitFlushable = { flushAtExit: () => this.forceFlush() };
  /** One thing at a time: an end never overtakes the rows before it. */
  #last: Promise<void> = Promise.resolve();
  #exportsWaiting = 0;
  #announcing: Timer | undefined;
  #announceFailures = 0;
  #shutdown: Promise<void> | undefined;

  /** @throws TypeError when an option is wrong, or when there is no API key */
  constructor(options: AshrExporterOptions = {}) {
    this.#options = resolveAshrOptions(options);
    const { apiKey, baseUrl, requestTimeoutMs, tenantId } = this.#options;
    this.#api = new AshrApi({ apiKey, baseUrl, timeoutMs: requestTimeoutMs });
    this.#rows = new RowSender(this.#api);
    this.#closer = new Closer(this.#api, this.#rows);
    this.#intake = new Intake(this.#sessions, tenantId, (span) => this.#private(span));
  }

  /** Rows that the back end has refused, each by itself. */
  get droppedRows(): number {
    return this.#rows.dropped;
  }

  /** A session has started: `snapshot` is its span as it is then. `VoiceSpanProcessor` calls this. */
  sessionStarted(snapshot: ReadableSpanLike): void {
    if (this.#shutdown !== undefined) return;
    guard('announcing a session to Ashr', undefined, () => {
      this.#intake.started(snapshot);
      flushBeforeExit(this.#atExit);
      this.#announceIn(ANNOUNCE_DELAY_MS);
    });
  }

  export(spans: ReadableSpanLike[], resultCallback: (result: AshrExportResult) => void): void {
    const answer = (error?: Error): void =>
      guard('the result callback of an export', undefined, () =>
        resultCallback(error === undefined ? { code: 0 } : { code: 1, error }),
      );
    if (this.#shutdown !== undefined) answer(new Error('the exporter is shut down'));
    else if (this.#exportsWaiting >= MAX_WAITING) answer(new Error(`${MAX_WAITING} exports wait`));
    else void this.#enqueueExport(spans).then(answer, (error: unknown) => answer(asError(error)));
  }

  /** Sends what waits here: announcements, and model stages whose turn has not ended. One try. */
  async forceFlush(): Promise<void> {
    await this.#oneAtATime('flushing to Ashr', () => this.#flush(Date.now() + EXPORT_LIMIT_MS));
  }

  /**
   * As `forceFlush`; then sessions that nobody has ended are closed as left by the agent. Later exports fail. Takes as
   * long as the back end does: callers limit it.
   */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#oneAtATime('shutting down', async () => {
      this.#announcing?.clear();
      const deadline = Date.now() + EXPORT_LIMIT_MS;
      await this.#flush(deadline);
      await this.#closeUnended(deadline);
      forgetBeforeExit(this.#atExit);
      this.#api.close();
    });
    return this.#shutdown;
  }

  /** @internal Whether a span whose export succeeded still waits here for its turn, so that a spool must not forget it. */
  holds(span: ReadableSpanLike): boolean {
    return this.#intake.holds(span);
  }

  /**
   * @internal Everything that has not arrived yet, as requests to be sent in order: these spans, what waits here, and
   * the ends of sessions that nobody has ended. For the last moments of a process; synchronous, sends nothing.
   */
  pendingRequests(spans: readonly ReadableSpanLike[]): PreparedRequest[] {
    return guard('preparing the last requests to Ashr', [], () => {
      const parcels = this.#intake.take(spans);
      this.#intake.release();
      const ending = new Set(
        parcels.flatMap(({ closing, session }) => (closing === undefined ? [] : session)),
      );
      return pendingRequests(this.#api, this.#rows, {
        parcels,
        loose: this.#intake.loose,
        unannounced: this.#sessions.unannounced(),
        unended: this.#options.closeOpenSessions
          ? this.#sessions.open().filter((session) => !ending.has(session))
          : [],
        nowMs: Date.now(),
      });
    });
  }

  async #enqueueExport(spans: readonly ReadableSpanLike[]): Promise<Failure> {
    this.#exportsWaiting += 1;
    let failure: Failure = new FailedError('the export was broken off');
    try {
      await this.#oneAtATime('exporting to Ashr', async () => {
        failure = await this.#export(spans, Date.now() + EXPORT_LIMIT_MS);
      });
    } finally {
      this.#exportsWaiting -= 1;
    }
    return failure;
  }

  async #export(spans: readonly ReadableSpanLike[], deadline: number): Promise<Failure> {
    const parcels = this.#intake.take(spans);
    if (parcels.length === 0) return undefined;
    // Making rows and writing JSON are two steps, so that neither holds the event loop for long.
    await yieldToEventLoop();
    let before = this.#api.accepted;
    let failure = await this.#sendParcels(parcels, deadline);
    for (let round = 1; failure !== undefined && round < MAX_ROUNDS && Date.now() < deadline; round += 1) {
      // As long as anything gets through, the back end is there and the rest need not wait for the next export.
      if (this.#api.accepted === before || failure.retryAfterMs !== undefined) return failure;
      before = this.#api.accepted;
      failure = await this.#sendParcels(parcels, deadline);
    }
    return failure;
  }

  async #sendParcels(parcels: readonly Parcel[], deadline: number): Promise<Failure> {
    const failure = await this.#sendRows(parcels, deadline);
    if (this.#intake.holdsAny) flushBeforeExit(this.#atExit);
    const ending = parcels.filter(
      (parcel) => parcel.closing !== undefined && this.#hasArrived(parcel, parcels),
    );
    return (await this.#closeAll(ending, deadline)) ?? failure;
  }

  async #sendRows(parcels: readonly Parcel[], deadline: number): Promise<Failure> {
    const rows = [...this.#intake.loose, ...parcels.flatMap((parcel) => parcel.rows)];
    const requests = this.#rows.plan(rows);
    const failure = await doAll(
      requests.map((request) => () => this.#rows.send(request, deadline)),
      deadline,
    );
    this.#intake.forgetSettled();
    return failure;
  }

  #closeAll(parcels: readonly Parcel[], deadline: number): Promise<Failure> {
    const tasks = parcels.map(({ session, closing }) => async () => {
      if (closing !== undefined) await this.#closer.close(session, closing);
    });
    return doAll(tasks, deadline);
  }

  async #flush(deadline: number): Promise<void> {
    this.#intake.release();
    const failure = (await this.#sendRows([], deadline)) ?? (await this.#announceAll(deadline));
    if (failure === undefined) return;
    this.#announceFailures += 1;
    warn('ashr:flush', `AshrExporter: not everything could be sent (${failure.message})`);
    if (this.#shutdown === undefined) this.#announceAgain(failure.retryAfterMs);
  }

  async #closeUnended(deadline: number): Promise<void> {
    if (!this.#options.closeOpenSessions) return;
    const now = Date.now();
    const failure = await doAll(
      this.#sessions.open().map((session) => () => this.#closer.closeUnended(session, now)),
      deadline,
    );
    if (failure !== undefined) {
      warn('ashr:unended', `AshrExporter: not all sessions could be closed (${failure.message})`);
    }
  }

  #announceIn(delayMs: number): void {
    this.#announcing ??= startTimer(() => {
      this.#announcing = undefined;
      void this.#oneAtATime('announcing sessions to Ashr', () => this.#announcePass());
    }, delayMs);
  }

  #announceAgain(retryAfterMs: number | undefined): void {
    this.#announcing?.clear();
    this.#announcing = undefined;
    this.#announceIn(backoffMs(Math.max(1, this.#announceFailures), Math.random(), retryAfterMs));
  }

  async #announcePass(): Promise<void> {
    const failure = await this.#announceAll(Date.now() + EXPORT_LIMIT_MS);
    if (failure === undefined) {
      if (this.#sessions.unannounced().length > 0) this.#announceIn(ANNOUNCE_DELAY_MS);
      return;
    }
    this.#announceFailures += 1;
    warn('ashr:announce', `AshrExporter: a session could not be announced yet (${failure.message})`);
    this.#announceAgain(failure.retryAfterMs);
  }

  /** Announces what is not announced; leaves off when an export waits, which announces its own sessions first. */
  async #announceAll(deadline: number): Promise<Failure> {
    const exportsWaiting = this.#exportsWaiting;
    const tasks = this.#sessions.unannounced().map((session: SessionState) => async () => {
      if (this.#exportsWaiting > exportsWaiting) return;
      await this.#rows.send({ session, rows: [] }, deadline);
    });
    const failure = await doAll(tasks, deadline);
    if (failure === undefined) this.#announceFailures = 0;
    if (this.#sessions.unannounced().length === 0 && !this.#intake.holdsAny) forgetBeforeExit(this.#atExit);
    return failure;
  }

  /** Runs after everything before it; never rejects. */
  #oneAtATime(what: string, work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work).catch((error: unknown) => {
      debug(`${what} failed: ${errorText(error)}`);
    });
    return this.#last;
  }

  /** Whether all rows of a session among these parcels are settled. */
  #hasArrived({ session }: Parcel, parcels: readonly Parcel[]): boolean {
    const isSettled = (row: PendingRow): boolean => row.session !== session || row.settled;
    return this.#intake.loose.every(isSettled) && parcels.every(({ rows }) => rows.every(isSettled));
  }

  /** The span as it may leave. */
  #private(span: ReadableSpanLike): ReadableSpanLike {
    const { masker, masks, captureContent } = this.#options;
    if (captureContent && (!masks || isMasked(span))) return span;
    return maskedCopy(span, masker, { captureContent });
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(errorText(error));
}

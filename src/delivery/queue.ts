import { debug, errorText, warn } from '../otel/diagnostics.js';
import { guard } from '../otel/guard.js';
import type { ReadableSpanLike, SpanExporterLike } from '../otel/types.js';
import { Backlog } from './backlog.js';
import { backoffMs } from './backoff.js';
import { defer } from './deferred.js';
import { type DropListener, Drops } from './drops.js';
import {
  type ExitFlushable,
  flushBeforeExit,
  forgetBeforeExit,
  type RemainderSource,
  rememberSource,
} from './exit-hook.js';
import { attemptExport } from './export-attempt.js';
import { exporterName } from './exporter-name.js';
import { FlushRequests } from './flush-requests.js';
import { apart } from './isolation.js';
import type { LastMomentExporter, Remainder } from './last-moments.js';
import {
  type DeliveryOptions,
  type ResolvedDeliveryOptions,
  resolveDeliveryOptions,
  resolveSpool,
} from './options.js';
import { resourcesReady } from './resources.js';
import { drainTimeout, type ShutdownOptions } from './shutdown-options.js';
import { estimateSpanBytes } from './span-size.js';
import { SpooledSpans } from './spooled-spans.js';
import { holdProcess, startDeadline, startTimer, type Timer, yieldToEventLoop } from './timers.js';

/**
 * Exports without an answer that may be outstanding. At the limit nothing more is sent, and the oldest spans go
 * as the queue fills, until one of them is answered after all: an exporter that never answers must not collect
 * batches without end.
 */
const MAX_ABANDONED = 4;
/** Estimated size of a batch: with larger spans fewer go into one, so that serialising stays short. */
const MAX_BATCH_BYTES = 512 * 1024;
/** Single spans refused in a row after which it is the set-up that is at fault, not the spans. */
const MAX_REFUSALS = 64;

export interface DeliveryHooks {
  /** Called for every span that will not be delivered. */
  readonly onDropped?: DropListener | undefined;
  /** Randomness of the back-off; default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * A bounded queue of finished spans in front of one exporter. Spans are sent every `flushIntervalMs` or as soon
 * as `flushThreshold` wait, one export at a time, with a turn of the event loop between exports. Failures that
 * pass or say nothing of their kind keep the batch at the head of the queue, to be tried again after a growing
 * wait; a batch refused as such (HTTP 400, 413, 422) is halved until the bad span is alone, and only that one is
 * dropped. Delivery is at least once, and once where every export was answered in time.
 *
 * After construction nothing throws or rejects. Timers do not keep the process alive, an empty queue has none,
 * and a process that ends by itself flushes first (one try).
 */
export class DeliveryQueue implements RemainderSource {
  readonly #exporter: LastMomentExporter;
  readonly #exporterName: string;
  readonly #options: ResolvedDeliveryOptions;
  readonly #random: () => number;
  readonly #backlog: Backlog;
  readonly #drops: Drops;
  readonly #flushes = new FlushRequests();
  readonly #spooled: SpooledSpans | undefined;
  readonly #atExit: ExitFlushable = { flushAtExit: () => this.#flushAtExit() };

  #running = false;
  /** What the running loop sends without being asked again: spans below this number. */
  #target = 0;
  #attempts = 0;
  /** Failures in a row. */
  #failures = 0;
  /** Single spans refused in a row. */
  #refusals = 0;
  #abandoned = 0;
  #flushTimer: Timer | undefined;
  /** Runs while backing off. */
  #retryTimer: Timer | undefined;
  #closing: Promise<void> | undefined;
  #closed = false;

  /**
   * @throws TypeError when the exporter has no `export` function or an option is out of range
   * (see `resolveDeliveryOptions`).
   */
  constructor(exporter: SpanExporterLike, options?: DeliveryOptions, hooks: DeliveryHooks = {}) {
    if (typeof exporter?.export !== 'function') {
      throw new TypeError('an exporter must be an object with export(spans, resultCallback) and shutdown()');
    }
    this.#exporter = exporter;
    this.#exporterName = exporterName(exporter);
    this.#options = resolveDeliveryOptions(options);
    this.#random = hooks.random ?? Math.random;
    const { maxQueueSize, maxQueueBytes } = this.#options;
    const spool = resolveSpool(options);
    this.#spooled =
      spool === undefined ? undefined : new SpooledSpans(spool, this.#exporterName, this.#exporter);
    this.#backlog = new Backlog(maxQueueSize, maxQueueBytes, (span) => this.#spooled?.left(span));
    this.#drops = new Drops(this.#exporterName, hooks.onDropped);
    rememberSource(this);
    this.#recover();
  }

  /** Spans held, those of the running export included. */
  get size(): number {
    return this.#backlog.size;
  }

  /** Estimated bytes held. */
  get bytes(): number {
    return this.#backlog.bytes;
  }

  /** The spans held, oldest first. */
  waiting(): ReadableSpanLike[] {
    return this.#backlog.spans();
  }

  /** Spans dropped so far. */
  get dropped(): number {
    return this.#drops.total;
  }

  /** Takes a finished span in constant time, dropping the oldest where there is no room. Ignored after shutdown. */
  enqueue(span: ReadableSpanLike): void {
    if (this.#closing !== undefined) {
      debug(`${this.#exporterName}: a span ended after shutdown and is not sent`);
      return;
    }
    guard('queueing a span', undefined, () => {
      this.#spooled?.add(span);
      this.#push(span);
    });
  }

  /** @internal What is left when the process ends. */
  remainder(): Remainder {
    const spans = this.#backlog.spans();
    return {
      queue: this,
      exporterName: this.#exporterName,
      exporter: this.#exporter,
      spans,
      keep: () => this.#spooled?.keep(spans) ?? false,
      delivered: () => {
        this.#backlog.clear();
        this.#spooled?.delivered();
      },
      left: (kept) => {
        if (kept) debug(`${this.#exporterName}: ${spans.length} spans wait in the spool for the next start`);
        else {
          this.#backlog.clear();
          this.#drops.exit(spans.length);
        }
      },
    };
  }

  /**
   * Sends everything queued at this call and waits for it, the export in flight included, then for the
   * exporter's own `forceFlush`. While exports fail it makes one try, also during back-off, and leaves the rest to
   * the retries. Takes at most three times `exportTimeoutMs` when nothing answers. Never rejects.
   */
  async forceFlush(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    const release = holdProcess();
    await this.#flush().finally(release);
  }

  /**
   * Takes no more spans, sends what is there (failed exports are tried again while there is time), then shuts the
   * exporter down; all of it within `drainTimeoutMs`. What is left by then is dropped and counted. Never rejects;
   * further calls get the same promise.
   */
  shutdown(options?: ShutdownOptions): Promise<void> {
    if (this.#closing === undefined) {
      const { promise, resolve } = defer();
      this.#closing = promise;
      void this.#shutDown(drainTimeout(options)).then(resolve, resolve);
    }
    return this.#closing;
  }

  async #shutDown(timeoutMs: number): Promise<void> {
    const deadline = defer();
    const timer = startDeadline(deadline.resolve, timeoutMs);
    if (this.#backlog.size > 0) {
      const drained = this.#flushes.add(this.#backlog.next, this.#attempts, true);
      this.#start();
      await Promise.race([drained, deadline.promise]);
    }
    this.#closed = true;
    if (this.#spooled?.seal(this.#backlog.spans()) === true) this.#backlog.clear();
    else this.#drops.shutdown(this.#backlog.clear());
    this.#flushes.reached(this.#backlog.left);
    this.#stopTimers();
    forgetBeforeExit(this.#atExit);
    const shutDown = this.#callExporter('shutdown', () => this.#exporter.shutdown());
    await Promise.race([shutDown, deadline.promise]);
    this.#spooled?.close();
    timer.clear();
  }

  async #flush(): Promise<void> {
    await this.#spooled?.recovering;
    if (this.#backlog.size > 0) {
      const sent = this.#flushes.add(this.#backlog.next, this.#attempts, false);
      this.#start();
      await sent;
    }
    const { promise, resolve } = defer();
    const timer = startTimer(resolve, this.#options.exportTimeoutMs);
    await Promise.race([this.#callExporter('forceFlush', () => this.#exporter.forceFlush?.()), promise]);
    this.#spooled?.settle();
    timer.clear();
  }

  async #flushAtExit(): Promise<void> {
    await this.#flush();
    if (this.#backlog.size === 0) return;
    warn(
      `delivery:exit:${this.#exporterName}`,
      `${this.#exporterName}: ${this.#backlog.size} spans could not be delivered before the process ends`,
    );
  }

  #push(span: ReadableSpanLike): void {
    const dropped = this.#backlog.push(span, estimateSpanBytes(span));
    this.#drops.overflow(dropped);
    if (this.#backlog.size === 0) {
      this.#spooled?.left(span);
      return;
    }
    flushBeforeExit(this.#atExit);
    this.#schedule();
  }

  /** Takes in what earlier processes have left, a part at a time: the next when this queue is empty. */
  #recover(): void {
    if (this.#closing !== undefined) return;
    this.#spooled?.recover((span) => {
      if (this.#closing === undefined) guard('queueing a spooled span', undefined, () => this.#push(span));
    });
  }

  get #blocked(): boolean {
    return this.#abandoned >= MAX_ABANDONED;
  }

  /** Whether the next export may begin now. */
  get #due(): boolean {
    if (this.#backlog.size === 0 || this.#blocked) return false;
    if (this.#flushes.urgent) return true;
    if (this.#retryTimer !== undefined) return false;
    return this.#backlog.left < this.#target || this.#backlog.size >= this.#options.flushThreshold;
  }

  /** Called whenever something has changed while no loop runs. */
  #schedule(): void {
    if (this.#running) return;
    if (this.#backlog.size === 0) {
      this.#stopTimers();
      forgetBeforeExit(this.#atExit);
      this.#recover();
    } else if (this.#due) {
      this.#start();
    } else if (this.#retryTimer === undefined && !this.#blocked) {
      this.#flushTimer ??= startTimer(() => this.#start(), this.#options.flushIntervalMs);
    }
  }

  #start(): void {
    this.#flushTimer?.clear();
    this.#flushTimer = undefined;
    this.#target = this.#backlog.next;
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    while (this.#due) {
      await yieldToEventLoop();
      await this.#exportNext();
      this.#flushes.reached(this.#backlog.left);
    }
    this.#running = false;
    if (this.#blocked) this.#flushes.stopped();
    this.#schedule();
  }

  async #exportNext(): Promise<void> {
    const { maxBatchSize, exportTimeoutMs } = this.#options;
    const batch = this.#backlog.take(maxBatchSize, MAX_BATCH_BYTES);
    if (batch.length === 0) return;
    this.#attempts += 1;
    await guard('waiting for a resource', undefined, () => resourcesReady(batch, exportTimeoutMs));
    const outcome = await attemptExport(this.#exporter, batch, exportTimeoutMs, () => this.#lateAnswer());
    switch (outcome.kind) {
      case 'delivered':
        this.#backlog.delivered();
        this.#spooled?.settle();
        this.#refusals = 0;
        this.#recovered();
        break;
      case 'refused':
        this.#refused(outcome.reason);
        break;
      case 'failed':
        this.#lost(this.#backlog.keep());
        this.#failed(outcome.reason, outcome.retryAfterMs);
        break;
      case 'abandoned':
        this.#abandoned += 1;
        this.#lost(this.#backlog.keep());
        this.#failed(`no answer in ${exportTimeoutMs} ms`, undefined);
        break;
    }
  }

  #refused(reason: string): void {
    const losses = this.#backlog.refused();
    this.#lost(losses.evicted);
    this.#drops.refused(losses.refused, reason);
    this.#refusals += losses.refused;
    // A back end that refuses whatever it is sent is misconfigured: no use in hurrying through the queue.
    if (this.#refusals < MAX_REFUSALS) this.#recovered();
    else if (losses.refused > 0) this.#failed(`every span is refused: ${reason}`, undefined);
  }

  /** Spans of an export that has just failed which were pushed out while it ran. */
  #lost(count: number): void {
    if (this.#closed) this.#drops.shutdown(count);
    else this.#drops.overflow(count);
  }

  #recovered(): void {
    if (this.#failures > 0) debug(`${this.#exporterName}: exports work again`);
    this.#failures = 0;
    this.#retryTimer?.clear();
    this.#retryTimer = undefined;
  }

  #failed(reason: string, retryAfterMs: number | undefined): void {
    this.#flushes.failed(this.#attempts);
    if (this.#closed) return;
    // A flush that failed during back-off changes nothing about it, unless the back end names a time.
    if (this.#retryTimer !== undefined && retryAfterMs === undefined) return;
    this.#failures += 1;
    const waitMs = backoffMs(
      this.#failures,
      guard('the randomness of the back-off', 0.5, this.#random),
      retryAfterMs,
    );
    this.#retryTimer?.clear();
    this.#retryTimer = startTimer(() => {
      this.#retryTimer = undefined;
      this.#start();
    }, waitMs);
    const next = this.#blocked
      ? `${MAX_ABANDONED} exports are unanswered, nothing is sent until one of them ends`
      : `next try in ${Math.ceil(waitMs / 1000)} s`;
    warn(
      `delivery:failed:${this.#exporterName}`,
      `${this.#exporterName}: an export failed (${reason}); ${this.#backlog.size} spans are kept, ${next}`,
    );
  }

  #lateAnswer(): void {
    debug(`${this.#exporterName}: an abandoned export was answered late`);
    this.#abandoned -= 1;
    this.#schedule();
  }

  #stopTimers(): void {
    this.#flushTimer?.clear();
    this.#flushTimer = undefined;
    this.#retryTimer?.clear();
    this.#retryTimer = undefined;
  }

  /** Runs a method of the exporter to its end; a throw or rejection becomes a warning. */
  async #callExporter(method: string, call: () => Promise<void> | undefined): Promise<void> {
    try {
      await apart(call);
    } catch (error) {
      warn(
        `delivery:${method}:${this.#exporterName}`,
        `${this.#exporterName}: ${method} failed: ${errorText(error)}`,
      );
    }
  }
}

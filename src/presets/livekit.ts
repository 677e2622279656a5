import { context } from '@opentelemetry/api';
import type { SessionOptions } from '../conversation/identity.js';
import { read } from '../conversation/read.js';
import type { VoiceSession } from '../conversation/session.js';
import type { VoiceTracer } from '../conversation/tracer.js';
import { flushOnExit } from '../delivery/node/flush-on-exit.js';
import { LiveKitAttachment } from '../instrumentation/livekit/attachment.js';
import type { LiveKitSession } from '../instrumentation/livekit/livekit-types.js';
import type { LiveKitSpans } from '../instrumentation/livekit/own-spans.js';
import type { LiveKitRecorder } from '../instrumentation/livekit/recording/call-audio.js';
import { debug, warn } from '../otel/diagnostics.js';
import { guard } from '../otel/guard.js';
import { withinTime } from '../otel/within-time.js';
import { ashrPipeline } from './ashr-pipeline.js';
import { lookAhead } from './livekit-copies.js';
import { currentJob, jobLater, type LiveKitJob } from './livekit-job.js';
import { defaultPipeline, type Pipeline, pipelineOf, prepareDefaultPipeline } from './pipeline.js';

export type { LiveKitSession } from '../instrumentation/livekit/livekit-types.js';
export type { LiveKitSpans } from '../instrumentation/livekit/own-spans.js';

/** Options of `VoiceObservability`. */
export interface VoiceObservabilityOptions {
  /** Your own OpenTelemetry set-up. Default: see `VoiceObservability`. */
  tracer?: VoiceTracer;
  /**
   * An ingest key of Ashr's (`vo_…`): calls go there, instead of anywhere else. One that is empty is said in a loud
   * line, and nothing is recorded.
   */
  apiKey?: string;
  /** With `apiKey`. Default: `ASHR_VOICE_OBS_BASE_URL`, else `https://api.ashr.io`. */
  baseUrl?: string;
  /** With `tracer`: sends what waits, called at shutdown (`() => provider.forceFlush()`). */
  flush?: () => Promise<void>;
  /**
   * What becomes of the spans that LiveKit writes itself, to the global tracer provider, about a session that is
   * attached: `drop` (default) has the exporters of `VoiceSpanProcessor` leave them out, because they carry the same
   * usage as ours; `keep` ships them, masked and without their usage.
   */
  livekitSpans?: LiveKitSpans;
  /**
   * Records the sound of every call: a `CallRecorder` of `voice-otel/audio`. Default: with `apiKey`, one that uploads
   * to Ashr; otherwise no recording.
   */
  recorder?: LiveKitRecorder;
}

/** Who is talking to whom, and what LiveKit does not say about the models. */
export interface AttachOptions extends Omit<SessionOptions, 'sessionId'> {
  /** Default: the name of the LiveKit job's room. */
  roomId?: string;
  /** `provider/model`, used where LiveKit's own metadata says nothing. */
  sttModel?: string;
  /** `provider/model`, used where LiveKit's own metadata says nothing. */
  llmModel?: string;
  /** `provider/model`, used where LiveKit's own metadata says nothing. */
  ttsModel?: string;
  /** Default: that of the `VoiceObservability`. */
  livekitSpans?: LiveKitSpans;
  /** Default true: recorded where the `VoiceObservability` has a recorder or an `apiKey`. */
  recordAudio?: boolean;
}

/** One observed `AgentSession`. */
export interface Attachment {
  /** The session of the call that is under way, or of the last one: each start of the `AgentSession` has its own. */
  readonly session: VoiceSession;
  /** Removes everything of ours from the `AgentSession` and ends the session. */
  detach(): void;
}

const DRAIN_TIMEOUT_MS = 5000;

/** `AgentSession`s that are observed, by whichever `VoiceObservability`. */
const attached = new WeakMap<object, LiveKitAttachment>();

/**
 * Traces LiveKit Agents sessions: `new VoiceObservability().attach(agentSession, { agentId })`, before or after the
 * session is started.
 *
 * Spans go to `tracer` where one is given, and to Ashr where an `apiKey` is. Otherwise to the application's global tracer provider, looked up at the
 * first `attach`; where it registered none, over OTLP/HTTP to `OTEL_EXPORTER_OTLP_ENDPOINT`, else to a file.
 */
export class VoiceObservability {
  readonly #open = new Set<LiveKitAttachment>();
  readonly #flush: (() => Promise<void>) | undefined;
  readonly #livekitSpans: LiveKitSpans;
  readonly #recorder: LiveKitRecorder | undefined;
  #pipeline: Pipeline | undefined;
  #shutdown: Promise<void> | undefined;
  readonly #forgetExit: () => void;

  /** @throws TypeError when an option is of the wrong type */
  constructor(options: VoiceObservabilityOptions = {}) {
    const { tracer, apiKey, baseUrl, flush, livekitSpans, recorder } = checked(options);
    this.#flush = flush;
    this.#livekitSpans = livekitSpans ?? 'drop';
    lookAhead();
    if (tracer !== undefined) this.#pipeline = pipelineOf(tracer, 'the tracer given');
    let ownRecorder: LiveKitRecorder | undefined;
    if (apiKey !== undefined) {
      const pipeline = ashrPipeline({ apiKey, baseUrl, recordCalls: recorder === undefined });
      this.#pipeline = pipeline;
      ownRecorder = pipeline.recorder;
    }
    this.#recorder = recorder ?? ownRecorder;
    if (this.#pipeline === undefined) prepareDefaultPipeline();
    this.#forgetExit = flushOnExit(
      { forceFlush: () => this.#flushAll(), remainders: () => this.#pipeline?.remainders() ?? [] },
      { beforeFlush: () => this.#endAll() },
    );
  }

  /** Where spans go, for people: a URL, a file or a description. */
  get destination(): string {
    return this.#ready().destination;
  }

  /**
   * Records every call of this `AgentSession` until `detach`. Never throws: what is no session gets a warning and a
   * session that nothing is fed into. A second call for the same session returns the first attachment.
   */
  attach(agentSession: LiveKitSession, options: AttachOptions): Attachment {
    const before = attached.get(agentSession);
    if (before !== undefined && !before.detached) {
      debug('attach() on a LiveKit session that is already attached: the first attachment holds');
      return before;
    }
    const given = guard('reading the options of attach()', { agentId: 'unknown' }, () => ({ ...options }));
    const job = currentJob(agentSession);
    const startSession = this.#sessionStarter(given, job);
    const obstacle = this.#obstacle(agentSession);
    if (obstacle !== undefined)
      warn(`attach:${obstacle}`, `attach(): ${obstacle}, so nothing is recorded of it`);
    else {
      const attachment = this.#attach(agentSession, given, startSession, job);
      if (attachment !== undefined) return attachment;
    }
    const session = startSession();
    return { session, detach: () => session.end() };
  }

  /**
   * Ends the sessions that are still open, with the reason `shutdown`, then delivers what waits. Never rejects, and
   * never takes longer than `drainTimeoutMs` (default 5000). A LiveKit job does this by itself when it shuts down.
   */
  shutdown(options?: { drainTimeoutMs?: number }): Promise<void> {
    const wished = read(options, 'drainTimeoutMs');
    const drainTimeoutMs = typeof wished === 'number' && wished >= 0 ? wished : DRAIN_TIMEOUT_MS;
    this.#shutdown ??= this.#close(drainTimeoutMs);
    return this.#shutdown;
  }

  async #close(drainTimeoutMs: number): Promise<void> {
    this.#endAll();
    const recordings = this.#storeRecordings(drainTimeoutMs);
    await withinTime(drainTimeoutMs, 'shutting down', async () => {
      await this.#flush?.();
      await this.#pipeline?.shutdown({ drainTimeoutMs });
    });
    await recordings;
    this.#forgetExit();
  }

  #endAll(): void {
    for (const attachment of [...this.#open]) attachment.end('shutdown');
  }

  #attach(
    agentSession: LiveKitSession,
    given: AttachOptions,
    startSession: () => VoiceSession,
    job: LiveKitJob | undefined,
  ): LiveKitAttachment | undefined {
    return guard('attaching to a LiveKit session', undefined, () => {
      const attachment = new LiveKitAttachment(agentSession, {
        startSession,
        hints: { stt: given.sttModel, llm: given.llmModel, tts: given.ttsModel },
        livekitSpans: isLiveKitSpans(given.livekitSpans) ? given.livekitSpans : this.#livekitSpans,
        recorder: given.recordAudio === false ? undefined : this.#recorder,
        mayRestart: () => this.#shutdown === undefined,
        onOpen: (one) => this.#open.add(one),
        onClosed: (one) => this.#open.delete(one),
      });
      attached.set(agentSession, attachment);
      this.#endWithJob(agentSession, attachment, job);
      return attachment;
    });
  }

  /** Where the job is not to be had in place, its end is awaited all the same; the room then stays unnamed. */
  #endWithJob(
    agentSession: LiveKitSession,
    attachment: LiveKitAttachment,
    job: LiveKitJob | undefined,
  ): void {
    const awaitEnd = (one: LiveKitJob | undefined): void => one?.onShutdown(() => this.#jobOver(attachment));
    if (job !== undefined) return awaitEnd(job);
    jobLater(agentSession)?.then(awaitEnd, () => {});
  }

  async #jobOver(attachment: LiveKitAttachment): Promise<void> {
    attachment.end('job_shutdown');
    const recordings = this.#storeRecordings(DRAIN_TIMEOUT_MS);
    await withinTime(DRAIN_TIMEOUT_MS, 'delivering the spans of a job', () => this.#flushAll());
    await recordings;
  }

  async #flushAll(): Promise<void> {
    await this.#flush?.();
    await this.#pipeline?.forceFlush();
  }

  /** What is not stored in time stays in the temporary directory, and the next recorder there stores it. */
  #storeRecordings(timeoutMs: number): Promise<void> {
    return withinTime(timeoutMs, 'storing recordings', () => this.#recorder?.flush());
  }

  #obstacle(agentSession: unknown): string | undefined {
    if (this.#shutdown !== undefined) return 'this VoiceObservability was shut down';
    const usable = ['on', 'off'].every((method) => typeof read(agentSession, method) === 'function');
    return usable ? undefined : 'what it was given is no AgentSession';
  }

  /** Sessions start under the context of `attach`, whatever is active when the `AgentSession` is started again. */
  #sessionStarter(given: AttachOptions, job: LiveKitJob | undefined): () => VoiceSession {
    const parent = context.active();
    const { tracer } = this.#ready();
    const { sttModel, llmModel, ttsModel, livekitSpans, recordAudio, ...identity } = given;
    const roomId = identity.roomId ?? job?.roomId;
    const options: SessionOptions = { ...identity, ...(roomId === undefined ? {} : { roomId }) };
    return () => context.with(parent, () => tracer.startSession(options));
  }

  #ready(): Pipeline {
    this.#pipeline ??= defaultPipeline();
    return this.#pipeline;
  }
}

function checked(options: VoiceObservabilityOptions): VoiceObservabilityOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('VoiceObservability: options must be an object');
  }
  const { tracer, flush, livekitSpans, recorder } = options;
  if (tracer !== undefined && options.apiKey !== undefined) {
    throw new TypeError('VoiceObservability: tracer and apiKey are two destinations; give one');
  }
  if (tracer !== undefined && typeof tracer?.startSession !== 'function') {
    throw new TypeError('VoiceObservability: tracer must be a VoiceTracer (an object with startSession)');
  }
  if (flush !== undefined && typeof flush !== 'function') {
    throw new TypeError('VoiceObservability: flush must be a function that returns a promise');
  }
  if (
    recorder !== undefined &&
    !['start', 'flush'].every((name) => typeof read(recorder, name) === 'function')
  ) {
    throw new TypeError('VoiceObservability: recorder must be a CallRecorder of voice-otel/audio');
  }
  if (livekitSpans !== undefined && !isLiveKitSpans(livekitSpans)) {
    throw new TypeError(
      `VoiceObservability: livekitSpans must be 'drop' or 'keep', not ${JSON.stringify(livekitSpans)}`,
    );
  }
  return options;
}

function isLiveKitSpans(value: unknown): value is LiveKitSpans {
  return value === 'drop' || value === 'keep';
}

// LiveKit is mostly imported before this module is; the job that starts a moment later is then found in place.
lookAhead();

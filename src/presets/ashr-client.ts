import type { SessionOptions } from '../conversation/identity.js';
import type { VoiceSession } from '../conversation/session.js';
import { VoiceTracer } from '../conversation/tracer.js';
import { createPriceTable, type PriceTable } from '../cost/price-table.js';
import { flushOnExit } from '../delivery/node/flush-on-exit.js';
import type { Spool } from '../delivery/spool.js';
import { AshrApi } from '../exporters/ashr/api.js';
import { type AudioUpload, AudioUploads } from '../exporters/ashr/audio/uploads.js';
import { AshrExporter } from '../exporters/ashr/exporter.js';
import { resolveAshrOptions } from '../exporters/ashr/options.js';
import { createMasker } from '../masking/masker.js';
import type { Masker } from '../masking/types.js';
import { guard } from '../otel/guard.js';
import { VoiceSpanProcessor } from '../processor/voice-span-processor.js';
import { privateProvider } from './sdk.js';

/** Options of `Client`; those of the Python SDK with its defaults, and a few of our own. */
export interface ClientOptions {
  /** An ingest key, `vo_…`. Default: `ASHR_LABS_API_KEY`, else `ASHR_VOICE_OBS_API_KEY`. */
  apiKey?: string;
  /** Default: `ASHR_VOICE_OBS_BASE_URL`, else `https://api.ashr.io`. */
  baseUrl?: string;
  /** Of sessions that name no tenant. Default: `ASHR_VOICE_OBS_TENANT_ID`, else 0. */
  tenantId?: number;
  /** The longest anything waits before it is sent, in ms. Default 5000. */
  flushIntervalMs?: number;
  /** So many waiting items are sent at once. Default 10. */
  flushThreshold?: number;
  /** Items held at most; beyond, the oldest is dropped with a warning. Default 10 000, and 64 MiB. */
  maxBufferSize?: number;
  /**
   * Masks everything that leaves. Default `createMasker()`. A function gets each text after the default masker and
   * returns it; where it throws, the text is blanked. `false` masks nothing.
   */
  masker?: Masker | ((text: string) => string) | false;
  /** Default: `createPriceTable()`. `false` prices nothing; costs that callers give are still added up. */
  prices?: PriceTable | false;
  /** `false` sends no transcripts, prompts, arguments or messages at all. Default true. */
  captureContent?: boolean;
  /** How long one request may take, in ms. Default 5000. */
  requestTimeoutMs?: number;
  /** Where what waits outlives the process: `fileSpool({ directory })` of `voice-otel/node`. Default: nowhere. */
  spool?: Spool;
}

/** What of a recording is needed to upload it; the finished recordings of `voice-otel/audio` have it. */
export interface RecordingToUpload {
  /** A temporary file. */
  readonly path: string;
  readonly durationMs: number;
  readonly codec: string;
  readonly sessionId: string;
}

/** A sink for a call recorder that uploads recordings to Ashr. */
export interface AshrRecordingSink {
  /** Never rejects: a recording that could not be uploaded is kept as a file, and a warning says where. */
  store(recording: RecordingToUpload): Promise<undefined>;
}

const OPTIONS = [
  'apiKey',
  'baseUrl',
  'tenantId',
  'flushIntervalMs',
  'flushThreshold',
  'maxBufferSize',
  'masker',
  'prices',
  'captureContent',
  'requestTimeoutMs',
  'spool',
];
const DRAIN_TIMEOUT_MS = 5000;
/** Open sessions remembered, to be ended at shutdown; beyond, the oldest are forgotten. */
const MAX_SESSIONS = 10_000;

/**
 * Sends conversations to Ashr: a `VoiceTracer` with a private tracer provider, a `VoiceSpanProcessor` and an
 * `AshrExporter` behind it. Nothing global is registered. After construction nothing throws or rejects, and nothing
 * waits for the network but `forceFlush`, `uploadAudio` and `shutdown`. What waits when the process ends is delivered
 * then, as `flushOnExit` of `voice-otel/node` has it; sessions that are open end with the reason `shutdown`.
 */
export class Client {
  /** The tracer behind `startSession`, for sources that take one (`{ tracer }`). */
  readonly tracer: VoiceTracer;
  readonly #processor: VoiceSpanProcessor;
  readonly #uploads: AudioUploads;
  readonly #sessions = new Set<VoiceSession>();
  readonly #forgetExit: () => void;
  #nextLook = 64;
  #shutdown: Promise<void> | undefined;

  /**
   * @throws TypeError when an option is wrong or there is no API key
   * @throws Error with the install line when no OpenTelemetry SDK is installed
   */
  constructor(options: ClientOptions = {}) {
    const { exporter, processor, captureContent } = checked(options);
    warmUp(processor.masker, processor.prices);
    const shared = { ...exporter, captureContent };
    const { apiKey, baseUrl, requestTimeoutMs } = resolveAshrOptions(shared);
    this.#uploads = new AudioUploads(new AshrApi({ apiKey, baseUrl, timeoutMs: requestTimeoutMs }));
    this.#processor = new VoiceSpanProcessor({
      ...processor,
      exporter: new AshrExporter(shared),
      ...(captureContent === undefined ? {} : { captureContent }),
    });
    this.tracer = new VoiceTracer({
      tracerProvider: privateProvider([this.#processor], 'voice-agent'),
      ...(captureContent === undefined ? {} : { captureContent }),
    });
    this.#forgetExit = flushOnExit(this.#processor, { beforeFlush: () => this.#endSessions() });
  }

  /** Starts a session. Always returns one that can be used. */
  startSession(options: SessionOptions): VoiceSession {
    const session = this.tracer.startSession(options);
    if (this.#shutdown === undefined) this.#remember(session);
    return session;
  }

  /**
   * Uploads a recording: bytes, a path, an open file handle or a stream. Resolves with whether it has arrived; never
   * rejects. It is tried again while that may help, takes no memory for its length, and where it fails the recording
   * stays as a file: a warning says where.
   */
  uploadAudio(upload: Omit<AudioUpload, 'temporary'>): Promise<boolean> {
    const given = guard('reading the arguments of uploadAudio', undefined, () => ({ ...upload }));
    return this.#uploads.upload(given ?? { sessionId: '', audio: new Uint8Array(), durationMs: 0 });
  }

  /** A sink for the call recorder of `voice-otel/audio`. */
  recordingSink(): AshrRecordingSink {
    return {
      store: async ({ path, durationMs, codec, sessionId }) => {
        await this.#uploads.upload({ audio: path, durationMs, codec, sessionId, temporary: true });
        return undefined;
      },
    };
  }

  /** Sends what waits now; one try. Never rejects. */
  forceFlush(): Promise<void> {
    return this.#processor.forceFlush();
  }

  /**
   * Ends the sessions that are still open, with the reason `shutdown`, then sends what waits and finishes uploads. Never
   * rejects, and never takes longer than `drainTimeoutMs` (default 5000).
   */
  shutdown(options?: { drainTimeoutMs?: number }): Promise<void> {
    this.#shutdown ??= this.#close(options);
    return this.#shutdown;
  }

  async #close(options: { drainTimeoutMs?: number } | undefined): Promise<void> {
    const wished: unknown = guard('reading shutdown options', undefined, () => options?.drainTimeoutMs);
    const drainTimeoutMs = typeof wished === 'number' && wished >= 0 ? wished : DRAIN_TIMEOUT_MS;
    this.#endSessions();
    await Promise.all([this.#processor.shutdown({ drainTimeoutMs }), this.#uploads.shutdown(drainTimeoutMs)]);
    this.#forgetExit();
  }

  #endSessions(): void {
    for (const session of this.#sessions) session.end({ reason: 'shutdown' });
    this.#sessions.clear();
  }

  #remember(session: VoiceSession): void {
    this.#sessions.add(session);
    // Looked through each time the number has doubled, so that it costs next to nothing per session.
    if (this.#sessions.size < this.#nextLook) return;
    for (const one of this.#sessions) if (one.ended) this.#sessions.delete(one);
    for (const one of this.#sessions) {
      if (this.#sessions.size <= MAX_SESSIONS) break;
      this.#sessions.delete(one);
    }
    this.#nextLook = Math.max(64, this.#sessions.size * 2);
  }
}

/** Tables and patterns are made when they are first used: here, where time does not matter yet, not in the first call. */
function warmUp(masker: Masker | false | undefined, prices: PriceTable | false | undefined): void {
  guard('warming up', undefined, () => {
    if (masker !== false) createMasker().mask('jane dot doe at example dot com, four one five, 555-0132');
    if (prices !== false) {
      prices?.estimate({ kind: 'llm', provider: 'openai', model: 'gpt-4.1-mini', promptTokens: 1 });
    }
  });
}

interface Checked {
  readonly exporter: ConstructorParameters<typeof AshrExporter>[0] & object;
  readonly processor: Omit<ConstructorParameters<typeof VoiceSpanProcessor>[0] & object, 'exporter'>;
  readonly captureContent: boolean | undefined;
}

function checked(options: ClientOptions): Checked {
  if (typeof options !== 'object' || options === null) fail('options must be an object');
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) fail(`there is no option ${unknown}; there are ${OPTIONS.join(', ')}`);
  const { apiKey, baseUrl, tenantId, requestTimeoutMs, captureContent, prices } = options;
  const { flushIntervalMs, flushThreshold, maxBufferSize, spool } = options;
  for (const [name, value] of Object.entries({ flushIntervalMs, flushThreshold, maxBufferSize })) {
    if (value !== undefined && (!Number.isInteger(value) || value < 1)) {
      fail(`${name} must be a whole number above 0, got ${String(value)}`);
    }
  }
  const masker = maskerOf(options.masker);
  return {
    exporter: { apiKey, baseUrl, tenantId, requestTimeoutMs, masker },
    processor: {
      masker,
      prices: prices ?? createPriceTable(),
      delivery: { flushIntervalMs, flushThreshold, maxQueueSize: maxBufferSize, spool },
    },
    captureContent,
  };
}

/** A function of the caller's works on what the default masker has left. */
function maskerOf(given: ClientOptions['masker']): Masker | false {
  const base = createMasker();
  if (given === undefined) return base;
  if (typeof given !== 'function') return given;
  return {
    mask: (text, context) => given(base.mask(text, context)),
    detect: (text, context) => base.detect(text, context),
    maxLength: base.maxLength,
  };
}

function fail(message: string): never {
  throw new TypeError(`Client: ${message}`);
}

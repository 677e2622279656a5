import { type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import { captureContentByDefault } from '../otel/environment.js';
import { guard } from '../otel/guard.js';
import { warnOfApiMismatch } from '../otel/registration.js';
import { SCHEMA_URL, SCOPE_NAME } from '../semconv/generated.js';
import { VERSION } from '../semconv/version.js';
import { type Clock, SessionClock, systemClock } from './clock.js';
import { type SessionOptions, sessionIdentity } from './identity.js';
import { VoiceSession } from './session.js';

/** Options of a `VoiceTracer`. */
export interface VoiceTracerOptions {
  /** Where spans go. Default: the global tracer provider, looked up at each session. */
  tracerProvider?: TracerProvider;
  /** Default: `Date.now()` and `performance.now()`. */
  clock?: Clock;
  /**
   * `session` (default): one trace per call, turns under the session. `turn`: one trace per turn, linked to the
   * session's span, for back ends that handle long traces badly.
   */
  traceScope?: 'session' | 'turn';
  /**
   * `false` writes no transcripts, prompts, arguments, payloads or messages at all. Default true, unless
   * `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` says otherwise.
   */
  captureContent?: boolean;
}

/** Writes conversations as OpenTelemetry spans. It only writes; masking and prices are the span processor's. */
export class VoiceTracer {
  readonly #provider: TracerProvider | undefined;
  readonly #clock: Clock;
  readonly #detachedTurns: boolean;
  readonly #captureContent: boolean;

  /** @throws TypeError when an option is of the wrong type */
  constructor(options: VoiceTracerOptions = {}) {
    const { tracerProvider, clock, traceScope, captureContent } = checked(options);
    this.#provider = tracerProvider;
    this.#clock = clock ?? systemClock;
    this.#detachedTurns = traceScope === 'turn';
    this.#captureContent = captureContent ?? captureContentByDefault();
  }

  /**
   * Starts a session under the context that is active now. Always returns a session that can be used.
   *
   * @param clock the session's own, for a source that brings its own times. Default: the tracer's
   */
  startSession(options: SessionOptions, clock?: Clock): VoiceSession {
    const scope = {
      clock: new SessionClock(clock ?? this.#clock),
      tracer: this.#tracer(),
      captureContent: this.#captureContent,
      detachedTurns: this.#detachedTurns,
    };
    return new VoiceSession(scope, sessionIdentity(options));
  }

  #tracer(): Tracer | undefined {
    return guard('getting a tracer', undefined, () => {
      if (this.#provider === undefined) warnOfApiMismatch();
      const provider = this.#provider ?? trace.getTracerProvider();
      return provider.getTracer(SCOPE_NAME, VERSION, { schemaUrl: SCHEMA_URL });
    });
  }
}

const OPTIONS = ['tracerProvider', 'clock', 'traceScope', 'captureContent'];

function checked(options: VoiceTracerOptions): VoiceTracerOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('VoiceTracer: options must be an object');
  }
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`VoiceTracer: there is no option ${unknown}; there are ${OPTIONS.join(', ')}`);
  }
  const { tracerProvider, clock, traceScope, captureContent } = options;
  if (tracerProvider !== undefined && typeof tracerProvider?.getTracer !== 'function') {
    throw new TypeError('VoiceTracer: tracerProvider must be a TracerProvider (an object with getTracer)');
  }
  if (
    clock !== undefined &&
    (typeof clock?.wallMs !== 'function' || typeof clock.monotonicMs !== 'function')
  ) {
    throw new TypeError('VoiceTracer: clock must have wallMs() and monotonicMs()');
  }
  if (traceScope !== undefined && traceScope !== 'session' && traceScope !== 'turn') {
    throw new TypeError(
      `VoiceTracer: traceScope must be 'session' or 'turn', not ${JSON.stringify(traceScope)}`,
    );
  }
  if (captureContent !== undefined && typeof captureContent !== 'boolean') {
    throw new TypeError('VoiceTracer: captureContent must be a boolean');
  }
  return options;
}

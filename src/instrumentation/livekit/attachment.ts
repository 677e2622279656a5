import { trace } from '@opentelemetry/api';
import { asId, read } from '../../conversation/read.js';
import type { VoiceSession } from '../../conversation/session.js';
import { debug } from '../../otel/diagnostics.js';
import { guard } from '../../otel/guard.js';
import { SessionTime } from '../../otel/time.js';
import { ConversationObserver } from '../../signals/observer.js';
import type {
  LiveKitEmitter,
  LiveKitEvents,
  LiveKitSession,
  LiveKitSpeechHandle,
  PlaybackFinishedEvent,
  PlaybackStartedEvent,
} from './livekit-types.js';
import { Missing } from './missing.js';
import type { ModelHints } from './models.js';
import { claimOwnSpans, dropClaim, keepClaim, type LiveKitSpans } from './own-spans.js';
import { probeOf } from './probe.js';
import type { LiveKitRecorder, RecordingFacts } from './recording/call-audio.js';
import { CallTaps } from './recording/call-taps.js';
import { LiveKitTranslator } from './translator.js';

export interface AttachmentOptions {
  /** Called once per start of the `AgentSession`, which may be started again after it was closed. */
  readonly startSession: () => VoiceSession;
  readonly hints: ModelHints;
  /** What becomes of the spans that LiveKit writes itself about this session. Default: `drop`. */
  readonly livekitSpans?: LiveKitSpans | undefined;
  /** Records the sound of each call. Default: none. */
  readonly recorder?: LiveKitRecorder | undefined;
  /** Whether a session that is started again is to be observed again. Default: yes. */
  readonly mayRestart?: () => boolean;
  /** Told when a call begins and when it is over. */
  readonly onOpen?: (attachment: LiveKitAttachment) => void;
  readonly onClosed?: (attachment: LiveKitAttachment) => void;
}

/** Speech handles remembered that are not done, to take our callback off them. */
const MAX_HANDLES = 256;

type Listener = [emitter: LiveKitEmitter, event: string, listener: (event: unknown) => void];

/**
 * Observes one `AgentSession`. Every listener is guarded: in LiveKit a listener that throws ends the processing of
 * speech for the rest of the session.
 */
export class LiveKitAttachment {
  readonly #agentSession: LiveKitSession;
  readonly #options: AttachmentOptions;
  readonly #listeners: Listener[] = [];
  readonly #handles = new Set<LiveKitSpeechHandle>();
  #call: Call;
  #output: LiveKitEmitter | undefined;
  #outputListeners: Listener[] = [];
  #detached = false;

  constructor(agentSession: LiveKitSession, options: AttachmentOptions) {
    this.#agentSession = agentSession;
    this.#options = options;
    this.#call = this.#newCall();
    this.#listen();
    this.#adoptCurrentSpeech();
  }

  /** The session of the call that is under way, or of the last one. */
  get session(): VoiceSession {
    return this.#call.observer.session;
  }

  get detached(): boolean {
    return this.#detached;
  }

  /** Removes every listener and ends the session, with what is known of the turns still open. */
  readonly detach = (): void => this.end(undefined);

  /** As `detach`, with the reason why the session ends. */
  end(reason: string | undefined): void {
    if (this.#detached) return;
    this.#detached = true;
    guard('detaching from a LiveKit session', undefined, () => {
      this.#removeListeners();
      if (this.#call.observer.ended) return;
      this.#recorded(this.#call.taps?.detach());
      this.#call.translator.detached();
      this.#call.observer.end(reason);
      this.#call.missing.over(reason);
      dropClaim(this.#agentSession);
      this.#options.onClosed?.(this);
    });
  }

  #newCall(): Call {
    const observer = new ConversationObserver(this.#options.startSession());
    const { session } = observer;
    const probe = probeOf(this.#agentSession);
    const recording = trace.getSpan(session.context)?.isRecording() === true;
    const missing = new Missing({ recording, audioOutput: () => probe.audioOutput() });
    const translator = new LiveKitTranslator({
      emit: (signal) => {
        guard('looking for what is missing', undefined, () => missing.signal(signal));
        observer.signal(signal);
      },
      clock: { now: () => session.now(), at: (wallMs) => session.toSessionTime(wallMs ?? Number.NaN) },
      hints: this.#options.hints,
      probe,
    });
    claimOwnSpans(this.#agentSession, this.#options.livekitSpans ?? 'drop');
    this.#options.onOpen?.(this);
    return { observer, translator, missing, taps: this.#newTaps(session) };
  }

  #newTaps(session: VoiceSession): CallTaps | undefined {
    return guard('starting to record a call', undefined, () => {
      const clock = { now: () => session.now(), at: (wallMs: number) => session.toSessionTime(wallMs) };
      const recording = this.#options.recorder?.start({ sessionId: session.sessionId, now: clock.now });
      if (recording === undefined) return undefined;
      session.setRecording({ startTime: new SessionTime(recording.startTime) });
      return new CallTaps(this.#agentSession, recording, clock);
    });
  }

  /** Before the session ends: its span says where the recording will be. */
  #recorded(facts: RecordingFacts | undefined): void {
    if (facts === undefined) return;
    const { url, ...known } = facts;
    this.session.setRecording({ ...known, ...(url === undefined ? {} : { url }) });
  }

  #listen(): void {
    const handlers: { [Event in keyof LiveKitEvents]: (event: LiveKitEvents[Event]) => void } = {
      user_state_changed: (event) => this.#call.translator.userStateChanged(event),
      agent_state_changed: (event) => this.#call.translator.agentStateChanged(event),
      user_input_transcribed: (event) => this.#call.translator.userInputTranscribed(event),
      conversation_item_added: (event) => this.#call.translator.conversationItemAdded(event),
      metrics_collected: (event) => this.#call.translator.metricsCollected(event.metrics),
      function_tools_executed: (event) => this.#call.translator.functionToolsExecuted(event),
      speech_created: (event) => {
        this.#call.translator.speechCreated(event);
        this.#awaitDone(event.speechHandle);
      },
      agent_false_interruption: (event) => this.#call.translator.falseInterruption(event),
      overlapping_speech: (event) => this.#call.translator.overlappingSpeech(event),
      error: (event) => this.#call.translator.error(event),
      close: (event) => {
        this.#recorded(this.#call.taps?.end());
        guard("translating LiveKit's close", undefined, () => this.#call.translator.closed(event));
        if (!this.#call.observer.ended) this.#call.observer.end(undefined);
        this.#call.missing.over(undefined);
        this.#closed();
      },
    };
    for (const [event, handler] of Object.entries<(event: never) => void>(handlers)) {
      this.#on<never>(this.#listeners, this.#agentSession, event, (payload) => {
        this.#watchOutput();
        handler(payload);
      });
    }
    this.#watchOutput();
  }

  /** Nothing counts after the close; the one listener that stays waits for the session to be started again. */
  #closed(): void {
    this.#removeListeners();
    keepClaim(this.#agentSession);
    this.#options.onClosed?.(this);
    this.#on<unknown>(this.#listeners, this.#agentSession, 'conversation_item_added', (payload) => {
      if (!isStart(payload) || this.#options.mayRestart?.() === false) return;
      debug('a LiveKit session was started again: a new session begins');
      this.#removeListeners();
      this.#call = this.#newCall();
      this.#listen();
    });
  }

  /** The audio output is only there once the session has started, and may be replaced; nothing tells of it. */
  #watchOutput(): void {
    const found = read(read(this.#agentSession, 'output'), 'audio');
    const audio = isEmitter(found) ? found : undefined;
    if (audio === this.#output) return;
    remove(this.#outputListeners);
    this.#output = audio;
    if (audio === undefined) return;
    this.#on<PlaybackStartedEvent>(this.#outputListeners, audio, 'playbackStarted', (event) =>
      this.#call.translator.playbackStarted(event),
    );
    this.#on<PlaybackFinishedEvent>(this.#outputListeners, audio, 'playbackFinished', (event) =>
      this.#call.translator.playbackFinished(event),
    );
  }

  #awaitDone(handle: LiveKitSpeechHandle): void {
    this.#handles.add(handle);
    const oldest = this.#handles.size > MAX_HANDLES ? this.#handles.values().next().value : undefined;
    if (oldest !== undefined) this.#handles.delete(oldest);
    handle.addDoneCallback(this.#onDone);
  }

  readonly #onDone = (handle: LiveKitSpeechHandle): void => {
    guard('a LiveKit speech that is done', undefined, () => {
      this.#handles.delete(handle);
      if (!this.#detached) this.#call.translator.speechDone(handle);
    });
  };

  /** Attached in the middle of a speech: its end and its words are recorded, when it began is not known. */
  #adoptCurrentSpeech(): void {
    guard('looking at the current speech', undefined, () => {
      const handle = read(read(this.#agentSession, '_activity'), 'currentSpeech');
      if (!isSpeechHandle(handle)) return;
      this.#call.translator.speechFound(handle);
      this.#awaitDone(handle);
    });
  }

  /** @typeParam Payload what LiveKit emits under this name; it is taken at its word, and a handler that fails is guarded */
  #on<Payload>(
    to: Listener[],
    emitter: LiveKitEmitter,
    event: string,
    handler: (payload: Payload) => void,
  ): void {
    const listener = (payload: unknown): void =>
      guard(`LiveKit's ${event}`, undefined, () => handler(payload as Payload));
    guard(`listening to LiveKit's ${event}`, undefined, () => emitter.on(event, listener));
    to.push([emitter, event, listener]);
  }

  #removeListeners(): void {
    remove(this.#listeners);
    remove(this.#outputListeners);
    this.#output = undefined;
    for (const handle of this.#handles) handle.removeDoneCallback?.(this.#onDone);
    this.#handles.clear();
  }
}

interface Call {
  readonly observer: ConversationObserver;
  readonly translator: LiveKitTranslator;
  readonly missing: Missing;
  /** None where the call is not recorded. */
  readonly taps: CallTaps | undefined;
}

function remove(listeners: Listener[]): void {
  for (const [emitter, event, listener] of listeners.splice(0)) {
    guard('removing a listener', undefined, () => emitter.off(event, listener));
  }
}

function isEmitter(value: unknown): value is LiveKitEmitter {
  return typeof read(value, 'on') === 'function' && typeof read(value, 'off') === 'function';
}

/** The first item of every start: a hand-off from nobody. */
function isStart(payload: unknown): boolean {
  const item = read(payload, 'item');
  return read(item, 'type') === 'agent_handoff' && read(item, 'oldAgentId') === undefined;
}

function isSpeechHandle(value: unknown): value is LiveKitSpeechHandle {
  return asId(read(value, 'id')) !== undefined && typeof read(value, 'addDoneCallback') === 'function';
}

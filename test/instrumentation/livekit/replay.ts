import type { LiveKitSpeechHandle } from '../../../src/instrumentation/livekit/livekit-types.js';
import type { ModelHints } from '../../../src/instrumentation/livekit/models.js';
import { LiveKitTranslator, type SessionProbe } from '../../../src/instrumentation/livekit/translator.js';
import type { VoiceSignal } from '../../../src/signals/signal.js';
import recording from '../../fixtures/livekit/recorded-events.json' with { type: 'json' };

interface Entry {
  time: number;
  event: string;
  payload?: unknown;
}

/** A handle as the recording shows it: its items are known from its end. */
interface Handle extends LiveKitSpeechHandle {
  interrupted: boolean;
  chatItems: { id: string }[];
}

/** What LiveKit hides from a recording: nothing but its events is known. */
const EVENTS_ONLY: SessionProbe = {
  currentSpeechId: () => undefined,
  closing: () => false,
  audioOutput: () => undefined,
};

export interface ReplayOptions {
  readonly hints?: ModelHints;
  readonly probe?: Partial<SessionProbe>;
}

/** The signals of a recorded scenario, in milliseconds since its first event. */
export function replay(scenario: string, { hints = {}, probe = {} }: ReplayOptions = {}): VoiceSignal[] {
  const { entries } = recording.scenarios.find(({ name }) => name.startsWith(scenario)) ?? { entries: [] };
  const start = entries[0]?.time ?? 0;
  const signals: VoiceSignal[] = [];
  let now = start;
  const translator = new LiveKitTranslator({
    emit: (signal) => signals.push(structuredClone(signal)),
    clock: { now: () => now - start, at: (wallMs) => (wallMs ?? now) - start },
    hints,
    probe: { ...EVENTS_ONLY, ...probe },
  });
  const handles = new Handles(entries);
  for (const entry of entries) {
    now = entry.time;
    play(translator, handles, entry);
  }
  return signals;
}

function play(translator: LiveKitTranslator, handles: Handles, { time, event, payload }: Entry): void {
  // The recording is JSON of what LiveKit emitted, in the shapes of livekit-types.
  const as = <Event>(): Event => payload as Event;
  switch (event) {
    case 'user_state_changed':
      return translator.userStateChanged(as());
    case 'agent_state_changed':
      return translator.agentStateChanged(as());
    case 'user_input_transcribed':
      return translator.userInputTranscribed(as());
    case 'conversation_item_added': {
      const { item, createdAt } = as<{
        item: Record<string, unknown> & { content?: string[] };
        createdAt: number;
      }>();
      handles.added(String(item.id));
      const textContent = item.content?.join('\n');
      return translator.conversationItemAdded({ item: { ...item, textContent } as never, createdAt });
    }
    case 'metrics_collected':
      return translator.metricsCollected(as<{ metrics: never }>().metrics);
    case 'function_tools_executed':
      for (const { id } of as<{ functionCalls: { id: string }[] }>().functionCalls) handles.added(id);
      return translator.functionToolsExecuted(as());
    case 'speech_created':
      return translator.speechCreated({ ...as<object>(), speechHandle: handles.of(payload) } as never);
    case 'speech_handle.done':
      return translator.speechDone(handles.done(as()));
    case 'agent_false_interruption':
      return translator.falseInterruption(as());
    case 'error':
      return translator.error(as());
    case 'close':
      return translator.closed(as());
    case 'speaker.playback_started':
      return translator.playbackStarted({ createdAt: time });
    case 'speaker.playback_finished':
      return translator.playbackFinished(as());
  }
}

class Handles {
  readonly #handles = new Map<string, Handle>();
  readonly #owner = new Map<string, string>();

  constructor(entries: Entry[]) {
    for (const { event, payload } of entries) {
      if (event !== 'speech_handle.done') continue;
      const { id, items } = payload as { id: string; items: string[] };
      for (const item of items) this.#owner.set(item.slice(item.indexOf(':') + 1), id);
    }
  }

  of(payload: unknown): Handle {
    const { speechHandle } = payload as {
      speechHandle: { '<SpeechHandle>': string; inputDetails: { modality: string } };
    };
    const handle: Handle = {
      id: speechHandle['<SpeechHandle>'],
      interrupted: false,
      chatItems: [],
      inputDetails: speechHandle.inputDetails,
      addDoneCallback: () => {},
    };
    this.#handles.set(handle.id, handle);
    return handle;
  }

  added(itemId: string): void {
    this.#handles.get(this.#owner.get(itemId) ?? '')?.chatItems.push({ id: itemId });
  }

  done({ id, interrupted }: { id: string; interrupted: boolean }): Handle {
    const handle = this.#handles.get(id);
    if (handle === undefined) throw new Error(`${id} was never created`);
    handle.interrupted = interrupted;
    return handle;
  }
}

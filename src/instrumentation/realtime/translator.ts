import { asText, read } from '../../conversation/read.js';
import type { VoiceSignal } from '../../signals/signal.js';
import type { ModelHints } from '../livekit/models.js';
import { base64Bytes } from './audio-format.js';
import { InputClock } from './input-clock.js';
import { Replies } from './replies.js';
import { SessionFacts } from './session-facts.js';
import { UserItems } from './user-items.js';

export interface RealtimeTranslatorOptions {
  readonly emit: (signal: VoiceSignal) => void;
  readonly hints: ModelHints;
}

/**
 * Says in `VoiceSignal`s what the events of the OpenAI Realtime API report, those of the server and those that the client
 * sends. It decides nothing about turns; it knows which events belong together: the detector's word, the commit and the
 * transcript of one item; responses, their tools and what is heard of them. Both the present names and the beta's.
 */
export class RealtimeTranslator {
  readonly #emit: (signal: VoiceSignal) => void;
  readonly #facts = new SessionFacts();
  readonly #input = new InputClock();
  readonly #user: UserItems;
  readonly #replies: Replies;

  constructor({ emit, hints }: RealtimeTranslatorOptions) {
    this.#emit = emit;
    this.#user = new UserItems({
      emit,
      facts: this.#facts,
      clock: this.#input,
      hints,
      onCommit: (time) => this.#replies.userCommitted(time),
    });
    this.#replies = new Replies({ emit, facts: this.#facts, hints, question: () => this.#user.question });
  }

  /** When `advance` is to be called next, in session time. */
  get nextDeadline(): number | undefined {
    return this.#replies.nextDeadline;
  }

  advance(time: number): void {
    this.#replies.advance(time);
  }

  /** @param time when it was received, in session time */
  serverEvent(event: unknown, time: number): void {
    this.advance(time);
    switch (read(event, 'type')) {
      case 'session.created':
        this.#input.sessionBegan();
        return this.#facts.update(read(event, 'session'));
      case 'session.updated':
        return this.#facts.update(read(event, 'session'));
      case 'input_audio_buffer.speech_started':
        return this.#user.speechStarted(event, time);
      case 'input_audio_buffer.speech_stopped':
        return this.#user.speechStopped(event, time);
      case 'input_audio_buffer.committed':
        return this.#user.committed(event, time);
      case 'input_audio_buffer.cleared':
        return this.#user.cleared(time);
      case 'input_audio_buffer.timeout_triggered':
        return this.#user.timedOut(event);
      case 'conversation.item.input_audio_transcription.delta':
        return this.#user.words(event, time);
      case 'conversation.item.input_audio_transcription.completed':
        return this.#user.transcribed(event, time);
      case 'conversation.item.input_audio_transcription.failed':
        return this.#user.transcriptionFailed(event, time);
      case 'conversation.item.created':
      case 'conversation.item.added':
        return this.#itemAdded(event, time);
      case 'conversation.item.truncated':
        return this.#replies.truncated(event, time);
      case 'response.created':
        this.#user.answered();
        return this.#replies.created(read(event, 'response'), time);
      case 'response.output_audio.delta':
      case 'response.audio.delta':
        return this.#replies.audio(event, time);
      case 'response.output_audio.done':
      case 'response.audio.done':
        return this.#replies.audioDone(event, time);
      case 'response.output_audio_transcript.delta':
      case 'response.audio_transcript.delta':
      case 'response.output_text.delta':
      case 'response.text.delta':
        return this.#replies.text(event, time);
      case 'response.output_audio_transcript.done':
      case 'response.audio_transcript.done':
      case 'response.output_text.done':
      case 'response.text.done':
        return this.#replies.textDone(event);
      case 'response.function_call_arguments.delta':
      case 'response.mcp_call_arguments.delta':
        return this.#replies.output(event, time);
      case 'response.output_item.added':
        return this.#responseItemAdded(event, time);
      case 'response.output_item.done':
        return this.#replies.itemDone(event, time);
      case 'response.done':
        return this.#replies.done(read(event, 'response'), time);
      case 'output_audio_buffer.started':
        return this.#replies.playing(event, time);
      case 'output_audio_buffer.stopped':
        return this.#replies.played(time, false);
      case 'output_audio_buffer.cleared':
        return this.#replies.played(time, true);
      case 'error':
        return this.#failed(read(event, 'error') ?? event, time);
    }
  }

  /** What the client sends. Of audio only the length is looked at. */
  clientEvent(event: unknown, time: number): void {
    switch (read(event, 'type')) {
      case 'input_audio_buffer.append': {
        const audio = asText(read(event, 'audio'));
        if (audio !== undefined) this.#input.sent(base64Bytes(audio) / this.#facts.inputBytesPerMs, time);
        return;
      }
      case 'conversation.item.truncate':
        this.advance(time);
        return this.#replies.truncated(event, time);
      case 'conversation.item.create':
        this.advance(time);
        return this.#toolOutput(read(event, 'item'), time);
    }
  }

  // --- what an SDK around the events knows besides

  toolStarted(callId: string | undefined, time: number): void {
    this.#replies.toolStarted(callId, time);
  }

  toolEnded(callId: string | undefined, result: unknown, time: number): void {
    this.#replies.toolEnded(callId, result, time);
  }

  handedOver(from: string | undefined, to: string, time: number): void {
    this.#emit({ type: 'agent_handoff', time, to, ...(from === undefined ? {} : { from }) });
  }

  /** A guardrail stopped the agent; the SDK then tells the model so in the user's name. */
  guardrailTripped(payload: unknown, time: number): void {
    this.#user.instructs();
    this.#emit({ type: 'custom_event', time, name: 'guardrail_tripped', payload });
  }

  #itemAdded(event: unknown, time: number): void {
    const item = read(event, 'item');
    if (read(item, 'type') === 'message') this.#user.messageAdded(item, time);
    else this.#toolOutput(item, time);
  }

  #toolOutput(item: unknown, time: number): void {
    if (read(item, 'type') !== 'function_call_output') return;
    this.#replies.toolEnded(asText(read(item, 'call_id')), read(item, 'output'), time);
  }

  #responseItemAdded(event: unknown, time: number): void {
    const item = read(event, 'item');
    if (read(item, 'type') === 'mcp_call') this.#replies.serverToolRuns(item, event, time);
  }

  #failed(error: unknown, time: number): void {
    const payload = {
      type: asText(read(error, 'type')),
      code: asText(read(error, 'code')),
      message: asText(read(error, 'message')),
    };
    this.#emit({ type: 'custom_event', time, name: 'error', payload });
  }
}

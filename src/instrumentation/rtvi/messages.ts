import { asText, read } from '../../conversation/read.js';
import type { EventOf, PipelineEvent } from '../pipeline/events.js';
import { optional, textField } from '../pipeline/frame.js';
import { HeardText } from './heard-text.js';
import { metricsEvents } from './metrics.js';

/**
 * The time from the end of speech to the final transcript, as the server measured it, is one of this transcript only
 * when it follows at once, in milliseconds: others come of timeouts.
 */
const FINAL_AFTER_TTFB_MS = 50;

/** A message of the protocol, from the server to the client. */
export interface RtviMessage {
  readonly label?: string;
  readonly type: string;
  readonly id?: string;
  readonly data?: unknown;
}

/** What messages say, in the order in which they come. Versions 1.x and 2.x of the protocol. */
export class RtviReader {
  readonly #heard = new HeardText();
  #agentSpeaks = false;
  /** The latest time from the end of speech that the recogniser's timer told, and when it told it. */
  #sttTtfb: { readonly ttfbMs: number; readonly told: number } | undefined;

  /** @param time when the message was received, in milliseconds by any clock that does not step */
  read(type: string, data: unknown, time: number): readonly PipelineEvent[] {
    switch (type) {
      case 'bot-ready':
        return [{ type: 'session_started' }];
      case 'user-started-speaking':
        // `bot-interrupted` comes with every one of these and not at all to some clients: it says nothing.
        return [{ type: 'user_turn_started' }, { type: 'interruption' }];
      case 'user-stopped-speaking':
        // What was to be spoken before and never was is no part of the answer.
        if (!this.#agentSpeaks) this.#heard.take();
        return [{ type: 'user_turn_stopped' }];
      case 'user-transcription':
        return this.#transcript(data, time);
      case 'user-llm-text':
        return [...textEvent('user_turn_text', data), { type: 'llm_requested' }];
      case 'bot-llm-started':
        return [{ type: 'llm_started' }];
      case 'bot-llm-text':
        return textEvent('llm_text', data);
      case 'bot-llm-stopped':
        return [{ type: 'llm_ended' }];
      case 'bot-tts-started':
        return [{ type: 'tts_started' }];
      case 'bot-tts-text':
        return textEvent('spoken_text', data);
      case 'bot-tts-stopped':
        return [{ type: 'tts_ended' }];
      case 'bot-output':
        this.#heard.output(data);
        return [];
      case 'bot-started-speaking':
        this.#agentSpeaks = true;
        return [{ type: 'agent_speech_started' }];
      case 'bot-stopped-speaking':
        this.#agentSpeaks = false;
        return [...this.heardSoFar(), { type: 'agent_speech_stopped' }];
      case 'llm-function-call-started':
        return [{ type: 'tool_requested', ...optional('name', textField(data, 'function_name')) }];
      case 'llm-function-call-in-progress':
        return toolStarted(data);
      case 'llm-function-call-stopped':
        return toolEnded(data);
      case 'metrics':
        return this.#metrics(data, time);
      case 'error':
        return [errorEvent(data)];
      default:
        return [];
    }
  }

  /** What the server has said of what was heard since the agent last fell silent. */
  heardSoFar(): readonly PipelineEvent[] {
    const text = this.#heard.take();
    return text === '' ? [] : [{ type: 'agent_turn_text', text }];
  }

  #transcript(data: unknown, time: number): PipelineEvent[] {
    const text = asText(read(data, 'text'));
    if (text === undefined) return [];
    const final = read(data, 'final') === true;
    const timer = this.#sttTtfb;
    if (final) this.#sttTtfb = undefined;
    const since = timer === undefined ? Number.POSITIVE_INFINITY : time - timer.told;
    return [
      {
        type: 'transcript',
        text,
        final,
        ...optional('language', textField(data, 'language')),
        ...(final && timer !== undefined && since <= FINAL_AFTER_TTFB_MS
          ? { speechEndedMsAgo: timer.ttfbMs + since }
          : {}),
      },
    ];
  }

  #metrics(data: unknown, time: number): PipelineEvent[] {
    const events = metricsEvents(data);
    const stt = events.find(
      (event): event is EventOf<'ttfb'> => event.type === 'ttfb' && /STT/.test(event.processor ?? ''),
    );
    if (stt !== undefined) this.#sttTtfb = { ttfbMs: stt.ttfbMs, told: time };
    return events;
  }
}

function textEvent(type: 'user_turn_text' | 'llm_text' | 'spoken_text', data: unknown): PipelineEvent[] {
  const text = asText(read(data, 'text'));
  return text === undefined || text === '' ? [] : [{ type, text }];
}

/** Servers tell no more than the id of a tool call unless they are asked to. */
function toolStarted(data: unknown): PipelineEvent[] {
  const id = textField(data, 'tool_call_id');
  if (id === undefined) return [];
  return [
    {
      type: 'tool_started',
      id,
      ...optional('name', textField(data, 'function_name')),
      ...optional('arguments', read(data, 'arguments') ?? undefined),
    },
  ];
}

function toolEnded(data: unknown): PipelineEvent[] {
  const id = textField(data, 'tool_call_id');
  if (id === undefined) return [];
  return [
    {
      type: 'tool_ended',
      id,
      ...optional('name', textField(data, 'function_name')),
      ...optional('result', read(data, 'result') ?? undefined),
      ...(read(data, 'cancelled') === true ? { cancelled: true } : {}),
    },
  ];
}

/** The server sends `error`; the client's types say `message`. */
function errorEvent(data: unknown): PipelineEvent {
  const fatal = read(data, 'fatal');
  return {
    type: 'error',
    message: textField(data, 'error') ?? textField(data, 'message') ?? 'unknown',
    ...(typeof fatal === 'boolean' ? { fatal } : {}),
  };
}

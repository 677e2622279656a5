import { asList, read } from '../../conversation/read.js';
import type { PipelineEvent } from './events.js';
import { field, numberField, optional, textField } from './frame.js';
import { metricsEvents, serviceEvent } from './metrics.js';

/** What a frame says; its payload of audio is never looked at. */
export type Reading = (frame: unknown) => PipelineEvent | readonly PipelineEvent[] | undefined;

/** Text of a frame as an event. */
function text(frame: unknown, make: (text: string) => PipelineEvent): PipelineEvent | undefined {
  const said = textField(frame, 'text');
  return said === undefined ? undefined : make(said);
}

/** A time of a detector (epoch seconds) less the delay with which it speaks. */
function detected(frame: unknown, camel: string, snake: string): number | undefined {
  const timestamp = numberField(frame, 'timestamp');
  const delay = numberField(frame, camel, snake);
  return timestamp === undefined || delay === undefined ? undefined : (timestamp - delay) * 1000;
}

function transcript(frame: unknown, finalByDefault: boolean): PipelineEvent | undefined {
  const final = field(frame, 'final', 'is_final') ?? read(frame, 'isFinal');
  return text(frame, (said) => ({
    type: 'transcript',
    text: said,
    final: typeof final === 'boolean' ? final : finalByDefault,
    ...optional('language', textField(frame, 'language')),
  }));
}

const context = (frame: unknown): { contextId?: string } =>
  optional('contextId', textField(frame, 'contextId', 'context_id'));

const toolOf = (frame: unknown): { id?: string; name?: string; arguments?: unknown } => ({
  ...optional('id', textField(frame, 'toolCallId', 'tool_call_id')),
  ...optional('name', textField(frame, 'functionName', 'function_name')),
  ...optional('arguments', read(frame, 'arguments') ?? undefined),
});

function toolEnded(frame: unknown, cancelled: boolean): PipelineEvent | undefined {
  const { id, name } = toolOf(frame);
  if (id === undefined) return undefined;
  return {
    type: 'tool_ended',
    id,
    ...optional('name', name),
    ...optional('result', read(frame, 'result') ?? undefined),
    ...optional('error', read(frame, 'error') ?? undefined),
    ...(cancelled ? { cancelled } : {}),
  };
}

function sessionEnded(frame: unknown, cancelled: boolean): PipelineEvent {
  return {
    type: 'session_ended',
    ...optional('reason', textField(frame, 'reason')),
    ...(cancelled ? { cancelled } : {}),
  };
}

const error: Reading = (frame) => {
  const said = read(frame, 'error');
  const exception = read(frame, 'exception');
  const fatal = read(frame, 'fatal');
  const message = textField(frame, 'error') ?? textField(frame, 'message') ?? textField(said, 'message');
  const processor = read(frame, 'processor') ?? read(frame, 'source');
  return {
    type: 'error',
    message: message ?? 'unknown',
    ...optional(
      'name',
      textField(frame, 'exception') ?? textField(exception, 'name') ?? textField(said, 'name'),
    ),
    ...optional('processor', typeof processor === 'string' ? processor : textField(processor, 'name')),
    ...(typeof fatal === 'boolean' ? { fatal } : {}),
  };
};

const spoken: Reading = (frame) =>
  text(frame, (said) => ({
    type: 'spoken_text',
    text: said,
    ...(field(frame, 'includesInterFrameSpaces', 'includes_inter_frame_spaces') === true
      ? { spaced: true }
      : {}),
  }));

const toSynthesise: Reading = (frame) => {
  const said = textField(frame, 'text');
  if (said === undefined || field(frame, 'willBeSpoken', 'will_be_spoken') === false) return undefined;
  return { type: 'tts_text', text: said, ...context(frame) };
};

/** Audio of the agent's: it goes by so often, and says so little, that nobody asks whether it was seen before. */
export const agentAudio: Reading = () => ({ type: 'agent_audio' });

/** Frames that say all by their name. */
const PLAIN: Readonly<Record<string, PipelineEvent>> = {
  start: { type: 'session_started' },
  proposeduserstartedspeaking: { type: 'turn_logic' },
  proposeduserstoppedspeaking: { type: 'turn_logic' },
  speechcontrolparams: { type: 'turn_logic' },
  userstartedspeaking: { type: 'user_turn_started' },
  userstoppedspeaking: { type: 'user_turn_stopped' },
  eagerendofturncancel: { type: 'llm_withdrawn' },
  llmfullresponsestart: { type: 'llm_started' },
  llmstarted: { type: 'llm_started' },
  llmfullresponseend: { type: 'llm_ended' },
  llmended: { type: 'llm_ended' },
  llmtextended: { type: 'llm_ended' },
  botstartedspeaking: { type: 'agent_speech_started' },
  botstoppedspeaking: { type: 'agent_speech_stopped' },
  interruption: { type: 'interruption' },
  startinterruption: { type: 'interruption' },
  interrupt: { type: 'interruption' },
};

/** Frames that have to be looked into. */
const READINGS: Readonly<Record<string, Reading>> = {
  end: (frame) => sessionEnded(frame, false),
  stop: (frame) => sessionEnded(frame, false),
  cancel: (frame) => sessionEnded(frame, true),
  vaduserstartedspeaking: (frame) => ({
    type: 'user_speech_started',
    ...optional('onset', detected(frame, 'startSecs', 'start_secs')),
  }),
  vaduserstoppedspeaking: (frame) => ({
    type: 'user_speech_stopped',
    ...optional('stop', detected(frame, 'stopSecs', 'stop_secs')),
  }),
  transcription: (frame) => transcript(frame, true),
  transcript: (frame) => transcript(frame, true),
  interimtranscription: (frame) => transcript(frame, false),
  interimtranscript: (frame) => transcript(frame, false),
  llmcontextuserturn: (frame) => text(frame, (said) => ({ type: 'user_turn_text', text: said })),
  llmcontext: (frame) =>
    read(frame, 'speculation') === true ? { type: 'llm_requested', speculative: true } : undefined,
  llmtext: (frame) => text(frame, (said) => ({ type: 'llm_text', text: said })),
  functioncallsstarted: (frame) =>
    (asList(field(frame, 'functionCalls', 'function_calls')) ?? []).map((call) => ({
      type: 'tool_requested',
      ...toolOf(call),
    })),
  functioncallinprogress: (frame) => {
    const { id, ...tool } = toolOf(frame);
    return id === undefined ? undefined : { type: 'tool_started', id, ...tool };
  },
  functioncallresult: (frame) => toolEnded(frame, false),
  functioncallcancel: (frame) => toolEnded(frame, true),
  aggregatedtext: toSynthesise,
  ttsstarted: (frame) => ({ type: 'tts_started', ...context(frame) }),
  ttstext: spoken,
  ttsstopped: (frame) => ({ type: 'tts_ended', ...context(frame) }),
  ttsended: (frame) => ({ type: 'tts_ended', ...context(frame) }),
  ttsaudioraw: agentAudio,
  ttsaudio: agentAudio,
  speechoutputaudioraw: agentAudio,
  outputaudioraw: agentAudio,
  llmcontextassistantturn: (frame) => text(frame, (said) => ({ type: 'agent_turn_text', text: said })),
  metrics: metricsEvents,
  error,
  sttmetadata: (frame) => [{ type: 'turn_logic' }, serviceEvent(frame, 'stt')],
  llmservicemetadata: (frame) => [{ type: 'turn_logic' }, serviceEvent(frame, 'llm')],
  ttsservicemetadata: (frame) => serviceEvent(frame, 'tts'),
};

/**
 * What frames of this name say: Pipecat's, those of ports to TypeScript, and the kinds of unions in the same words.
 * `undefined`: nothing of the conversation.
 *
 * @param name canonical, as `canonicalName` makes it
 */
export function readingOf(name: string): Reading | undefined {
  const event = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
  if (event !== undefined) return () => event;
  return Object.hasOwn(READINGS, name) ? READINGS[name] : undefined;
}

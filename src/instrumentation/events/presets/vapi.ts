import { asList, asText, read } from '../../../conversation/read.js';
import type { PipelineEvent } from '../../pipeline/events.js';
import { optional, textField } from '../../pipeline/frame.js';
import type { EventMap } from '../event-map.js';

/** Tool calls read of one message. */
const MAX_CALLS = 32;

/**
 * The events of `@vapi-ai/web` 2.x, and the messages in them; the same messages come to a server. Who speaks is taken
 * from `speech-update`: `speech-end` is a second late.
 */
export function vapiEvents(): EventMap {
  return {
    events: {
      'call-start': (): PipelineEvent => ({ type: 'session_started' }),
      'call-end': (): PipelineEvent => ({ type: 'session_ended' }),
      message: (message: unknown): PipelineEvent[] => vapiMessage(message),
    },
  };
}

function vapiMessage(message: unknown): PipelineEvent[] {
  switch (read(message, 'type')) {
    case 'speech-update':
      return speechUpdate(message);
    case 'transcript':
    case "transcript[transcriptType='final']":
      return transcript(message);
    case 'user-interrupted':
      return [{ type: 'interruption' }];
    case 'tool-calls':
      return (asList(read(message, 'toolCallList')) ?? []).slice(0, MAX_CALLS).flatMap(toolCall);
    case 'tool-calls-result':
      return toolResult(read(message, 'toolCallResult'));
    case 'status-update':
      return read(message, 'status') === 'ended'
        ? [{ type: 'session_ended', ...optional('reason', textField(message, 'endedReason')) }]
        : [];
    default:
      return [];
  }
}

function speechUpdate(message: unknown): PipelineEvent[] {
  const agent = read(message, 'role') === 'assistant';
  switch (read(message, 'status')) {
    case 'started':
      return [{ type: agent ? 'agent_speech_started' : 'user_speech_started' }];
    case 'stopped':
      return [{ type: agent ? 'agent_speech_stopped' : 'user_speech_stopped' }];
    default:
      return [];
  }
}

function transcript(message: unknown): PipelineEvent[] {
  const text = asText(read(message, 'transcript')) ?? '';
  if (text.trim() === '') return [];
  const final = read(message, 'transcriptType') === 'final';
  if (read(message, 'role') === 'user') return [{ type: 'transcript', text, final }];
  return final ? [{ type: 'spoken_text', text }] : [];
}

function toolCall(call: unknown): PipelineEvent[] {
  const id = textField(call, 'id');
  const called = read(call, 'function');
  if (id === undefined) return [];
  return [
    {
      type: 'tool_started',
      id,
      ...optional('name', textField(called, 'name')),
      ...optional('arguments', read(called, 'arguments')),
    },
  ];
}

function toolResult(result: unknown): PipelineEvent[] {
  const id = textField(result, 'toolCallId');
  if (id === undefined) return [];
  return [
    {
      type: 'tool_ended',
      id,
      ...optional('name', textField(result, 'name')),
      ...optional('result', read(result, 'result')),
      ...optional('error', textField(result, 'error')),
    },
  ];
}

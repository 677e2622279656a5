import { asNumber, asText, read } from '../../../conversation/read.js';
import type { PipelineEvent } from '../../pipeline/events.js';
import { optional, textField } from '../../pipeline/frame.js';
import type { EventMap } from '../event-map.js';

/** A voice score from which on the user counts as speaking, 0–1. */
const SPEECH_SCORE = 0.5;

/**
 * The callbacks of `Conversation.startSession` of `@elevenlabs/client` 1.x: pass the object of callbacks that you hand
 * over. The user's turn is over when its transcript comes; when the user began and truly stopped is not said, unless the
 * agent is set up to send voice scores.
 */
export function elevenLabsEvents(): EventMap {
  let speaks = false;
  let userSpeaks = false;
  let pending = '';
  return {
    releases: true,
    events: {
      onConnect: (): PipelineEvent => {
        speaks = false;
        userSpeaks = false;
        pending = '';
        return { type: 'session_started' };
      },
      onDisconnect: (details: unknown): PipelineEvent => ({
        type: 'session_ended',
        ...optional('reason', endReason(read(details, 'reason'))),
      }),
      onVadScore: (payload: unknown): PipelineEvent | undefined => {
        const score = asNumber(read(payload, 'vadScore'));
        if (score === undefined || score >= SPEECH_SCORE === userSpeaks) return undefined;
        userSpeaks = !userSpeaks;
        return { type: userSpeaks ? 'user_speech_started' : 'user_speech_stopped' };
      },
      onMessage: (payload: unknown): PipelineEvent[] => {
        const text = asText(read(payload, 'message')) ?? '';
        const role = read(payload, 'role') ?? read(payload, 'source');
        if (text.trim() === '') return [];
        if (role === 'user') {
          return [
            { type: 'user_turn_started' },
            { type: 'transcript', text, final: true },
            { type: 'user_turn_stopped' },
          ];
        }
        if (speaks) return [{ type: 'spoken_text', text }];
        pending = pending === '' ? text : `${pending} ${text}`;
        return [];
      },
      onModeChange: (payload: unknown): PipelineEvent[] => {
        const speaking = read(payload, 'mode') === 'speaking';
        if (speaking === speaks) return [];
        speaks = speaking;
        if (!speaking) return [{ type: 'agent_speech_stopped' }];
        const text = pending;
        pending = '';
        return [
          { type: 'agent_speech_started' },
          ...(text === '' ? [] : [{ type: 'spoken_text', text } as const]),
        ];
      },
      // The user's turn that cut the agent off is under way; its transcript comes later.
      onInterruption: (): PipelineEvent[] => {
        pending = '';
        return [{ type: 'user_turn_started' }, { type: 'interruption' }];
      },
      onAgentResponseCorrection: (payload: unknown): PipelineEvent[] => {
        const text = asText(read(payload, 'corrected_agent_response')) ?? '';
        return text.trim() === '' ? [] : [{ type: 'agent_turn_text', text }];
      },
      onAgentToolRequest: (payload: unknown): PipelineEvent[] => toolStarted(payload),
      onAgentToolResponse: (payload: unknown): PipelineEvent[] => {
        const id = textField(payload, 'tool_call_id');
        if (id === undefined) return [];
        return [
          {
            type: 'tool_ended',
            id,
            ...optional('name', textField(payload, 'tool_name')),
            ...optional('result', asText(read(payload, 'full_tool_result'))),
            ...(read(payload, 'is_error') === true ? { error: 'the tool failed' } : {}),
          },
        ];
      },
      onMCPToolCall: (payload: unknown): PipelineEvent[] => mcpCall(payload),
      onError: (message: unknown): PipelineEvent => ({
        type: 'error',
        message: asText(message) ?? 'unknown',
      }),
    },
  };
}

function endReason(reason: unknown): string | undefined {
  if (reason === 'user') return 'user_left';
  if (reason === 'agent') return 'agent_left';
  return asText(reason);
}

function toolStarted(payload: unknown): PipelineEvent[] {
  const id = textField(payload, 'tool_call_id');
  if (id === undefined) return [];
  return [
    {
      type: 'tool_started',
      id,
      ...optional('name', textField(payload, 'tool_name')),
      ...optional('arguments', read(payload, 'parameters')),
    },
  ];
}

function mcpCall(payload: unknown): PipelineEvent[] {
  const id = textField(payload, 'tool_call_id');
  const state = read(payload, 'state');
  if (id === undefined) return [];
  if (state === 'loading') return toolStarted(payload);
  if (state === 'success')
    return [{ type: 'tool_ended', id, ...optional('result', read(payload, 'result')) }];
  if (state === 'failure')
    return [{ type: 'tool_ended', id, error: textField(payload, 'error_message') ?? 'the tool failed' }];
  return [];
}

import type { Attributes } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import {
  type AgentTurnAttributes,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_SESSION_ID,
  ATTR_VOICE_SESSION_ID,
  ATTR_VOICE_SESSION_TRANSPORT,
  ATTR_VOICE_STAGE_ID,
  ATTR_VOICE_STAGE_TYPE,
  ATTR_VOICE_STT_CONFIDENCE,
  ATTR_VOICE_STT_LANGUAGE,
  ATTR_VOICE_TTS_TEXT,
  ATTR_VOICE_TURN_ID,
  ATTR_VOICE_TURN_INDEX,
  ATTR_VOICE_TURN_INTERRUPTION_LATENCY,
  ATTR_VOICE_TURN_SPEAKER,
  type SttStageAttributes,
  type UserTurnAttributes,
  VOICE_STAGE_TYPE_VALUE_LLM,
  VOICE_STAGE_TYPE_VALUE_STT,
  VOICE_TURN_SPEAKER_VALUE_AGENT,
  VOICE_TURN_SPEAKER_VALUE_USER,
  type VoiceSessionAttributes,
} from '../../src/semconv/generated.js';

// The compiler is the test here: `npm run types` fails when an expected error is none.

const session: VoiceSessionAttributes = {
  [ATTR_VOICE_SESSION_ID]: 's_0123456789abcdef',
  [ATTR_SESSION_ID]: 's_0123456789abcdef',
  [ATTR_GEN_AI_CONVERSATION_ID]: 's_0123456789abcdef',
  [ATTR_GEN_AI_AGENT_NAME]: 'support_v3',
  [ATTR_VOICE_SESSION_TRANSPORT]: 'webrtc',
};

const stt: SttStageAttributes = {
  ...session,
  [ATTR_VOICE_STAGE_ID]: 'st_0123456789abcdef',
  [ATTR_VOICE_STAGE_TYPE]: VOICE_STAGE_TYPE_VALUE_STT,
  [ATTR_VOICE_STT_CONFIDENCE]: 0.97,
  [ATTR_VOICE_STT_LANGUAGE]: undefined,
};

const userTurn: UserTurnAttributes = {
  ...session,
  [ATTR_VOICE_TURN_ID]: 't_0123456789abcdef',
  [ATTR_VOICE_TURN_INDEX]: 1,
  [ATTR_VOICE_TURN_SPEAKER]: VOICE_TURN_SPEAKER_VALUE_USER,
  [ATTR_VOICE_TURN_INTERRUPTION_LATENCY]: 0.18,
};

test('typed attributes are attributes of OpenTelemetry', () => {
  const all: Attributes[] = [session, stt, userTurn];
  expect(all.map((attributes) => attributes['voice.session.id'])).toEqual(
    Array(3).fill('s_0123456789abcdef'),
  );
});

test('an open enumeration takes other values', () => {
  const own: VoiceSessionAttributes = { ...session, [ATTR_VOICE_SESSION_TRANSPORT]: 'daily' };
  expect(own['voice.session.transport']).toBe('daily');
});

test('what does not fit does not compile', () => {
  // @ts-expect-error a key that the vocabulary does not have
  const unknownKey: VoiceSessionAttributes = { ...session, 'voice.session.colour': 'blue' };
  // @ts-expect-error a key of another span type
  const foreignKey: SttStageAttributes = { ...stt, [ATTR_VOICE_TTS_TEXT]: 'Hello.' };
  // @ts-expect-error a number as text
  const wrongType: SttStageAttributes = { ...stt, [ATTR_VOICE_STT_CONFIDENCE]: '0.97' };
  // @ts-expect-error a value outside a closed enumeration
  const wrongSpeaker: UserTurnAttributes = { ...userTurn, [ATTR_VOICE_TURN_SPEAKER]: 'caller' };
  // @ts-expect-error the kind of another stage
  const wrongStage: SttStageAttributes = { ...stt, [ATTR_VOICE_STAGE_TYPE]: VOICE_STAGE_TYPE_VALUE_LLM };
  // @ts-expect-error a required key is missing
  const incomplete: VoiceSessionAttributes = { [ATTR_VOICE_SESSION_ID]: 's_0123456789abcdef' };
  const agentTurn: AgentTurnAttributes = {
    ...session,
    [ATTR_VOICE_TURN_ID]: 't_0123456789abcdef',
    [ATTR_VOICE_TURN_INDEX]: 0,
    [ATTR_VOICE_TURN_SPEAKER]: VOICE_TURN_SPEAKER_VALUE_AGENT,
    // @ts-expect-error only a user turn interrupts
    [ATTR_VOICE_TURN_INTERRUPTION_LATENCY]: 0.18,
  };
  expect([unknownKey, foreignKey, wrongType, wrongSpeaker, wrongStage, incomplete, agentTurn]).toHaveLength(
    7,
  );
});

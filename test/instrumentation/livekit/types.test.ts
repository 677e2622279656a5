import type { metrics, voice } from '@livekit/agents';
import { expectTypeOf, it } from 'vitest';
import type {
  CloseEvent,
  ConversationItemAddedEvent,
  ErrorEvent,
  FalseInterruptionEvent,
  FunctionToolsExecutedEvent,
  LiveKitEmitter,
  LiveKitEvents,
  LiveKitSession,
  LiveKitSpeechHandle,
  PlaybackFinishedEvent,
  PlaybackStartedEvent,
  ReadMetrics,
  SpeechCreatedEvent,
  StateChangedEvent,
  UserInputTranscribedEvent,
} from '../../../src/instrumentation/livekit/livekit-types.js';
import type { VoiceObservability } from '../../../src/presets/livekit.js';

// Held by `tsc`: what LiveKit 1.9.0 hands over has the shapes that are read.

it('an AgentSession, with whatever user data, can be attached', () => {
  expectTypeOf<voice.AgentSession>().toExtend<LiveKitSession>();
  expectTypeOf<voice.AgentSession<{ name: string }>>().toExtend<
    Parameters<VoiceObservability['attach']>[0]
  >();
  expectTypeOf<voice.AudioOutput>().toExtend<LiveKitEmitter>();
  expectTypeOf<voice.SpeechHandle>().toExtend<LiveKitSpeechHandle>();
});

it('its events have the fields that are read', () => {
  expectTypeOf<voice.UserStateChangedEvent>().toExtend<StateChangedEvent>();
  expectTypeOf<voice.AgentStateChangedEvent>().toExtend<StateChangedEvent>();
  expectTypeOf<voice.UserInputTranscribedEvent>().toExtend<UserInputTranscribedEvent>();
  expectTypeOf<voice.ConversationItemAddedEvent>().toExtend<ConversationItemAddedEvent>();
  expectTypeOf<voice.FunctionToolsExecutedEvent>().toExtend<FunctionToolsExecutedEvent>();
  expectTypeOf<voice.SpeechCreatedEvent>().toExtend<SpeechCreatedEvent>();
  expectTypeOf<voice.AgentFalseInterruptionEvent>().toExtend<FalseInterruptionEvent>();
  expectTypeOf<voice.ErrorEvent>().toExtend<ErrorEvent>();
  expectTypeOf<voice.CloseEvent>().toExtend<CloseEvent>();
  expectTypeOf<voice.PlaybackStartedEvent>().toExtend<PlaybackStartedEvent>();
  expectTypeOf<voice.PlaybackFinishedEvent>().toExtend<PlaybackFinishedEvent>();
});

it('its metrics have the fields that are read', () => {
  type Read<Type extends ReadMetrics['type']> = Extract<ReadMetrics, { type: Type }>;
  expectTypeOf<metrics.LLMMetrics>().toExtend<Read<'llm_metrics'>>();
  expectTypeOf<metrics.STTMetrics>().toExtend<Read<'stt_metrics'>>();
  expectTypeOf<metrics.TTSMetrics>().toExtend<Read<'tts_metrics'>>();
  expectTypeOf<metrics.EOUMetrics>().toExtend<Read<'eou_metrics'>>();
  expectTypeOf<metrics.InterruptionMetrics>().toExtend<Read<'interruption_metrics'>>();
  expectTypeOf<metrics.RealtimeModelMetrics>().toExtend<Read<'realtime_model_metrics'>>();
});

it('its events have the names that are listened to', () => {
  expectTypeOf<keyof LiveKitEvents>().toExtend<`${voice.AgentSessionEventTypes}`>();
});

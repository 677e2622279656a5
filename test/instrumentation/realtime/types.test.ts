import type { OpenAIRealtimeWebSocket, RealtimeSession } from '@openai/agents-realtime';
import { describe, expectTypeOf, it } from 'vitest';
import type { RealtimeSource } from '../../../src/events.js';

describe('what observeRealtime takes', () => {
  it('is what people have', () => {
    expectTypeOf<RealtimeSession>().toExtend<RealtimeSource>();
    expectTypeOf<OpenAIRealtimeWebSocket>().toExtend<RealtimeSource>();
    expectTypeOf<WebSocket>().toExtend<RealtimeSource>();
    expectTypeOf<RTCDataChannel>().toExtend<RealtimeSource>();
    expectTypeOf<string[]>().toExtend<RealtimeSource>();
    expectTypeOf<AsyncGenerator<{ type: string }>>().toExtend<RealtimeSource>();
    expectTypeOf<number>().not.toExtend<RealtimeSource>();
  });
});

import { derivedSpanId } from '../ids.js';
import { textOf } from '../input-span.js';
import type { Dialect } from './dialect.js';
import { readTurn } from './native.js';
import { isSpeechToSpeech, readNative } from './read-services.js';
import { Unit } from './unit.js';

/** Pipecat's own spans: one trace a conversation, services under their turn. */
export const NATIVE: Dialect = {
  role({ name }) {
    if (name === 'conversation') return 'session';
    if (name === 'turn') return 'turn';
    return name === 'llm' || name === 'llm_response' ? 'model' : 'service';
  },
  readTurn,
  readServices: readNative,
  unitOf: ({ name, spanId, parentSpanId }) => (name === 'turn' ? spanId : (parentSpanId ?? spanId)),
  unit: (id, traceId) => Unit.turn(id, traceId, id, readNative),
  isSpeechToSpeech,
  conversationId: (span) => textOf(span, 'conversation.id'),
  session: ({ traceId }) => ({ traceId, spanId: derivedSpanId(traceId, 'session'), written: true }),
};

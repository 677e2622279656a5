import type { InputSpan } from '../input-span.js';
import { isSpeechToSpeechTranscript, readLlm, readStt, readTool, readTts } from './native.js';
import type { PipecatService } from './services.js';

/** Whether a span is of a speech-to-speech model. */
export function isSpeechToSpeech(span: InputSpan): boolean {
  return span.name.startsWith('llm_') || (span.name === 'stt' && isSpeechToSpeechTranscript(span));
}

/** Reads native spans; requests and tool results are part of what they belong to. */
export function readNative(spans: readonly InputSpan[]): PipecatService[] {
  const ordered = [...spans].sort((a, b) => a.startTime - b.startTime || a.spanId.localeCompare(b.spanId));
  const taken = new Set<InputSpan>();
  return ordered.flatMap((span): PipecatService[] => {
    switch (span.name) {
      case 'stt': {
        const stt = readStt(span);
        if (!isSpeechToSpeechTranscript(span)) return [stt];
        return [{ ...stt, ttfbMs: undefined, origin: { ...stt.origin, span: undefined } }];
      }
      case 'llm':
        return [readLlm(span, false)];
      case 'llm_response': {
        const request = ordered.findLast(
          (one) => one.name === 'llm_request' && !taken.has(one) && one.startTime <= span.startTime,
        );
        if (request !== undefined) taken.add(request);
        return [readLlm(span, true, request)];
      }
      case 'llm_tool_call':
        return [readTool(span, resultOf(span, ordered))];
      case 'tts':
        return [readTts(span)];
      default:
        return [];
    }
  });
}

function resultOf(call: InputSpan, spans: readonly InputSpan[]): InputSpan | undefined {
  const id = call.attributes['tool.call_id'];
  return spans.find((one) => one.name === 'llm_tool_result' && one.attributes['tool.call_id'] === id);
}

import { asId, read } from '../../conversation/read.js';
import type { LiveKitSession } from './livekit-types.js';
import type { SessionProbe } from './translator.js';

/**
 * Reads from a session what its events leave out. The speech that has the floor and the closing are marked internal
 * in `@livekit/agents` 1.9 (Python has `current_speech` in public); where they are gone, the translator does without.
 */
export function probeOf(session: LiveKitSession): SessionProbe {
  return {
    currentSpeechId: () =>
      asId(read(read(session, 'currentSpeech'), 'id')) ??
      asId(read(read(read(session, '_activity'), 'currentSpeech'), 'id')),
    closing: () => read(session, '_closing') === true,
    audioOutput: () => {
      const output = read(session, 'output');
      if (output === undefined) return undefined;
      const audio = read(output, 'audio');
      return audio !== null && audio !== undefined && read(output, 'audioEnabled') !== false;
    },
  };
}

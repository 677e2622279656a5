import { CallRecorder, directorySink } from 'voice-otel/audio';
import { VoiceObservability } from 'voice-otel/livekit';
import type { Settings } from '../support/settings.js';

/** Traces go to Ashr with a key for it, else where variables say; recordings to `VOICE_OTEL_RECORDING_DIR`, if that is set. */
export function observe({ ashr, recordingFolder }: Settings): VoiceObservability {
  if (recordingFolder === undefined) return new VoiceObservability({ ...ashr });
  const recorder = new CallRecorder({ sink: directorySink(recordingFolder) });
  return new VoiceObservability({ ...ashr, recorder });
}

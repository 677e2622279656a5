/** Call recording: `voice-otel/audio`. */
export { CallRecorder, type CallRecorderOptions, type RecordedCall } from './call-recorder.js';
export type { CallRecording, RecordingFacts } from './call-recording.js';
export type { RecordingCodec } from './encoders/encoder.js';
export type { PcmFrame } from './pcm.js';
export type { Playback } from './playback.js';
export { type DirectorySinkOptions, directorySink } from './sinks/directory.js';
export {
  type S3ClientLike,
  type S3ClientOptions,
  type S3Sink,
  type S3SinkOptions,
  s3Sink,
} from './sinks/s3.js';
export type {
  FinishedRecording,
  RecordingInfo,
  RecordingSink,
  StoredRecording,
  StoreRecording,
} from './sinks/sink.js';

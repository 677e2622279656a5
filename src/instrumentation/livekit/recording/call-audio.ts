/**
 * What the taps need of a recording, described structurally: the recorder lives in `voice-otel/audio`, which a source
 * does not import. All times are epoch milliseconds of the session's clock.
 */
export interface CallAudio {
  /** When the recording begins. */
  readonly startTime: number;
  /** `time`: when the last sample of the frame was recorded. */
  user(frame: LiveKitAudioFrame, time: number): void;
  playback(): PlaybackAudio;
  paused(time: number): void;
  resumed(time: number): void;
  /** `undefined`: the recording was lost. */
  end(): RecordingFacts | undefined;
}

/** What records calls: `CallRecorder` of `voice-otel/audio`. */
export interface LiveKitRecorder {
  /** `undefined`: this call is not recorded. */
  start(call: { sessionId: string; now: () => number }): CallAudio | undefined;
  /** Resolves when the recordings of calls that are over are in their place. */
  flush(): Promise<void>;
}

/** One segment of the agent's speech. */
export interface PlaybackAudio {
  frame(frame: LiveKitAudioFrame, time: number): void;
  started(time: number): void;
  progressed(run: { time: number; offsetMs: number; durationMs: number }): void;
  finished(end: { playedMs: number }): void;
}

/** What is known of a recording when its call ends. */
export interface RecordingFacts {
  readonly codec: string;
  readonly durationMs: number;
  readonly url?: string | undefined;
}

/** An `AudioFrame`. */
export interface LiveKitAudioFrame {
  readonly data: Int16Array;
  readonly sampleRate: number;
  readonly channels: number;
  readonly samplesPerChannel: number;
}

/** The clock of a session. Epoch milliseconds. */
export interface TapClock {
  now(): number;
  /** A wall-clock time of LiveKit's. */
  at(wallMs: number): number;
}

/**
 * What a way of seeing a conversation need not carry, noted by hand, with the reason. A value that is given all the
 * same must be right, or be marked as an estimate.
 */
export interface Blank {
  /** Index of the turn, or `all`. */
  readonly turn: number | 'all';
  /** Fields of the turn, or `turn` where the turn itself cannot be seen. */
  readonly fields: readonly (
    | 'turn'
    | 'transcript'
    | 'responseLatencyMs'
    | 'interrupted'
    | 'replyTo'
    | 'bargeInOn'
  )[];
  readonly reason: string;
}

export type Way = 'spans' | 'frames' | 'rtvi';

const noTruthStop = (reason: string): Blank => ({ turn: 'all', fields: ['responseLatencyMs'], reason });

const KILLED: Blank = {
  turn: 3,
  fields: ['transcript'],
  reason: 'the process died in mid-speech: what was generated is known, not what was heard',
};

/** By scenario; the conversations of a scenario share them. */
export const BLANKS: Readonly<Record<string, Partial<Record<Way, readonly Blank[]>>>> = {
  'no-turn-tracking': {
    spans: [
      {
        turn: 'all',
        fields: ['turn'],
        reason: 'every service span is a trace of its own; nothing joins them to one conversation',
      },
    ],
  },
  'no-local-vad': {
    spans: [noTruthStop('no detector: the end of speech is not known')],
    frames: [noTruthStop('no detector: the end of speech is not known')],
    rtvi: [noTruthStop('no detector: no STT TTFB')],
  },
  'provider-turns-eager': {
    spans: [noTruthStop('the provider owns the turns: no STT TTFB and no latency on the turn')],
    frames: [noTruthStop('the provider owns the turns: no detector frames')],
    rtvi: [noTruthStop('the provider owns the turns: no STT TTFB')],
  },
  'speech-to-speech': {
    spans: [
      noTruthStop('detection at the provider: no latency on the turn'),
      {
        turn: 2,
        fields: ['transcript'],
        reason: 'it was cut off, and no prompt that comes with the next turn says what was heard of it',
      },
      {
        turn: 5,
        fields: ['transcript'],
        reason: 'the span with the transcript would have closed at the next turn; there was none',
      },
    ],
    frames: [noTruthStop('detection at the provider: no detector frames')],
    rtvi: [noTruthStop('detection at the provider: no STT TTFB')],
  },
  'no-metrics': { rtvi: [noTruthStop('no metrics: no STT TTFB')] },
  'stt-endpointing': {
    rtvi: [
      { turn: 1, fields: ['responseLatencyMs'], reason: 'the TTFB came 190 ms after the final transcript' },
      { turn: 5, fields: ['responseLatencyMs'], reason: 'the TTFB came after the final transcript' },
    ],
  },
  'process-killed': {
    spans: [
      KILLED,
      {
        turn: 3,
        fields: ['responseLatencyMs'],
        reason: 'its turn span died with the process; an estimate from the synthesis span may be given',
      },
    ],
    frames: [KILLED],
    rtvi: [KILLED],
  },
};

/**
 * The journal of a call: what was captured and what became of it, in order of time, appended as it happens. A process
 * that dies leaves a journal that can be read up to its last whole record.
 *
 * Layout, little-endian: kind u8, channels u8, 2 bytes unused, sampleRate u32, samples u32, segment u32, time f64,
 * first f64, second f64; then, where `channels` is not 0, `samples * channels` 16-bit samples.
 */
export const HEADER_BYTES = 40;

/** What a record says. */
export type RecordKind =
  /** A frame of the user's side; `time` is when its last sample was recorded. */
  | 'user'
  /** A frame handed to the agent's output; `time` is when. */
  | 'agent'
  /** Playback of a segment began. */
  | 'started'
  /** From `time` on, `second` ms of the segment were played, from its offset `first` ms. */
  | 'progressed'
  /** The segment is over; `first` ms of it were played. */
  | 'finished'
  /** Playback was paused. */
  | 'paused'
  /** Playback went on. */
  | 'resumed'
  /** The call is over. */
  | 'ended';

/** One record without its sound. Times are milliseconds since the start of the recording. */
export interface JournalEvent {
  readonly kind: RecordKind;
  readonly time: number;
  /** Which segment of the agent's speech; 0 for the user's side. */
  readonly segment: number;
  readonly first: number;
  readonly second: number;
}

/** A record as it is read. */
export interface JournalRecord extends JournalEvent {
  readonly sampleRate: number;
  /** 0: the sound of this frame was lost, and `samples` is how long it was. */
  readonly channels: number;
  /** Per channel. */
  readonly samples: number;
  readonly data: Int16Array | undefined;
}

/** The sound of a record as it is written. */
export interface JournalSound {
  readonly sampleRate: number;
  readonly channels: number;
  readonly samples: number;
}

const KINDS: readonly RecordKind[] = [
  'user',
  'agent',
  'started',
  'progressed',
  'finished',
  'paused',
  'resumed',
  'ended',
];

export const NO_SOUND: JournalSound = { sampleRate: 0, channels: 0, samples: 0 };

export function writeHeader(into: Buffer, at: number, event: JournalEvent, sound: JournalSound): void {
  into.writeUInt8(KINDS.indexOf(event.kind) + 1, at);
  into.writeUInt8(sound.channels, at + 1);
  into.writeUInt16LE(0, at + 2);
  into.writeUInt32LE(sound.sampleRate, at + 4);
  into.writeUInt32LE(sound.samples, at + 8);
  into.writeUInt32LE(event.segment, at + 12);
  into.writeDoubleLE(event.time, at + 16);
  into.writeDoubleLE(event.first, at + 24);
  into.writeDoubleLE(event.second, at + 32);
}

/** Bytes of the sound that follows the header at `at`. */
export function soundBytesAt(from: Buffer, at: number): number {
  return from.readUInt8(at + 1) * from.readUInt32LE(at + 8) * 2;
}

/** The kind of the record at `at`; `undefined` where there is none (a torn or foreign file). */
export function kindAt(from: Buffer, at: number): RecordKind | undefined {
  return Number.isFinite(from.readDoubleLE(at + 16)) ? KINDS[from.readUInt8(at) - 1] : undefined;
}

/** The record of this kind at `at`, its sound copied. */
export function readRecord(from: Buffer, at: number, kind: RecordKind): JournalRecord {
  const bytes = soundBytesAt(from, at);
  const start = at + HEADER_BYTES;
  return {
    kind,
    time: from.readDoubleLE(at + 16),
    segment: from.readUInt32LE(at + 12),
    first: from.readDoubleLE(at + 24),
    second: from.readDoubleLE(at + 32),
    sampleRate: from.readUInt32LE(at + 4),
    channels: from.readUInt8(at + 1),
    samples: from.readUInt32LE(at + 8),
    data: bytes === 0 ? undefined : samplesOf(from.subarray(start, start + bytes)),
  };
}

/** Samples lie at any offset of the file; an `Int16Array` needs an even one. */
function samplesOf(bytes: Buffer): Int16Array {
  const copy = new Uint8Array(bytes);
  return new Int16Array(copy.buffer);
}

const MAGIC = 'voice-otel call 1 ';
/** The first line of a journal is not longer than this. */
export const MAX_FIRST_LINE = 8192;

/** What a journal says of its call. */
export interface CallOfJournal {
  readonly sessionId: string;
  /** Epoch milliseconds. */
  readonly startTime: number;
}

export function firstLine(call: CallOfJournal): string {
  return `${MAGIC}${JSON.stringify({ sessionId: call.sessionId, startTime: call.startTime })}\n`;
}

/** @throws Error when this is no journal of this version */
export function parseFirstLine(line: string): CallOfJournal {
  const parsed: unknown = line.startsWith(MAGIC) ? JSON.parse(line.slice(MAGIC.length)) : undefined;
  const { sessionId, startTime } = (parsed ?? {}) as Partial<CallOfJournal>;
  if (typeof sessionId !== 'string' || typeof startTime !== 'number') {
    throw new Error('the file is no journal of a call');
  }
  return { sessionId, startTime };
}

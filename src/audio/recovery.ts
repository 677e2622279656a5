import { setTimeout as delay } from 'node:timers/promises';
import { debug, errorText, warn } from '../otel/diagnostics.js';
import type { RecordingFormat } from './encoders/encoder.js';
import { fileNameOf } from './file-name.js';
import { JournalCursor } from './journal/cursor.js';
import type { CallOfJournal } from './journal/record.js';
import { RecordingOutput } from './output.js';
import { PlaybackLog } from './render/playback-log.js';
import type { RecordingInfo, RecordingSink } from './sinks/sink.js';
import { type CallFiles, claimAbandoned, TOUCH_MS } from './temporary-files.js';

/** Between two windows: a recovery may run beside a live call. Milliseconds. */
const REST_MS = 8;

export interface RecoveryOptions {
  readonly directory: string;
  readonly format: RecordingFormat;
  readonly sink: RecordingSink;
}

/**
 * Finishes and stores the recordings of processes that ended before they could. What cannot be read or stored is
 * removed, with a warning. Never rejects.
 */
export async function recoverAbandoned(options: RecoveryOptions): Promise<void> {
  try {
    for (const files of await claimAbandoned(options.directory)) await recover(files, options);
  } catch (error) {
    warn('recording-recovery', `looking for recordings of a crashed process failed: ${errorText(error)}`);
  }
}

async function recover(files: CallFiles, { format, sink }: RecoveryOptions): Promise<void> {
  const touching = setInterval(() => void files.touch(), TOUCH_MS).unref();
  try {
    const found = await scan(files.journal);
    if (found === undefined) return;
    const { call, log, durationMs } = found;
    const output = await RecordingOutput.open(files, format, log);
    try {
      await output.render(durationMs, {
        limit: () => Number.POSITIVE_INFINITY,
        final: true,
        rest: () => delay(REST_MS),
      });
    } catch (error) {
      await output.close();
      throw error;
    }
    await output.finish();
    await output.store({ sink, info: infoOf(call, format), recovered: true }, durationMs);
    debug(`the recording of session ${call.sessionId} was recovered from a process that crashed`);
  } catch (error) {
    warn(
      'recording-recovery',
      `a recording of a crashed process could not be recovered: ${errorText(error)}`,
    );
  } finally {
    clearInterval(touching);
    await files.remove(format.extension).catch(() => {});
  }
}

interface FoundCall {
  readonly call: CallOfJournal;
  readonly log: PlaybackLog;
  readonly durationMs: number;
}

/** Reads what became of the agent's speech, and how far the call came; `undefined`: nothing was captured. */
async function scan(journal: string): Promise<FoundCall | undefined> {
  const log = new PlaybackLog();
  const cursor = await JournalCursor.open(journal, [
    'user',
    'agent',
    'started',
    'progressed',
    'finished',
    'paused',
    'resumed',
    'ended',
  ]);
  try {
    let durationMs = 0;
    for (;;) {
      const record = await cursor.next(Number.POSITIVE_INFINITY);
      if (record === undefined) break;
      log.apply(record);
      durationMs = Math.max(durationMs, record.time);
      if (record.kind === 'ended') break;
    }
    return durationMs > 0 ? { call: cursor.call, log, durationMs } : undefined;
  } finally {
    await cursor.close();
  }
}

export function infoOf(call: CallOfJournal, format: RecordingFormat): RecordingInfo {
  return {
    sessionId: call.sessionId,
    startTime: new Date(call.startTime),
    codec: format.codec,
    mimeType: format.mimeType,
    fileName: fileNameOf(call.sessionId, format.extension),
  };
}

// A call whose process is killed in the middle of it. Arguments: a directory, the session id.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CallRecorder, directorySink } from '../../../src/audio/index.js';
import { chirp, durationMs, framesOf } from '../signals.js';

const [directory = '', sessionId = ''] = process.argv.slice(2);
const recorder = new CallRecorder({
  sink: directorySink(join(directory, 'recordings')),
  temporaryDirectory: join(directory, 'temporary'),
});
const start = 1_700_000_000_000;
const recording = recorder.start({ sessionId, now: () => start });
if (recording === undefined) throw new Error('no recording');
const playback = recording.playback();
for (const frame of framesOf(chirp(600))) playback.frame(frame, start + 100);
playback.started(start + 200);
playback.finished({ playedMs: 400 });
let time = start + 1000;
for (const frame of framesOf(chirp(800, { from: 2500, to: 500, amplitude: 6000 }))) {
  time += durationMs(frame);
  recording.user(frame, time);
}
const next = recording.playback();
for (const frame of framesOf(chirp(600))) next.frame(frame, start + 2000);
next.started(start + 2000);
recording.user(
  { data: new Int16Array(480), sampleRate: 24_000, channels: 1, samplesPerChannel: 480 },
  start + 2300,
);
// What is captured is on the disk within a second.
await sleep(1600);
console.log('recorded');
await sleep(60_000);

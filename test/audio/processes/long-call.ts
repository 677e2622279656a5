// A call of 40 seconds, in a process that may not write as much: argument, a directory.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CallRecorder, directorySink } from '../../../src/audio/index.js';
import { chirp, durationMs, framesOf } from '../signals.js';

const [directory = ''] = process.argv.slice(2);
const recorder = new CallRecorder({
  sink: directorySink(join(directory, 'recordings')),
  temporaryDirectory: join(directory, 'temporary'),
});
const start = Date.now();
const recording = recorder.start({ sessionId: 's_full', now: () => start + 100_000 });
let time = start;
for (const frame of framesOf(chirp(40_000))) {
  time += durationMs(frame);
  recording?.user(frame, time);
}
await sleep(1500);
const facts = recording?.end({ endTime: time });
await recorder.flush();
await recording?.done;
console.log(`the call is over: ${facts === undefined ? 'nothing recorded' : 'recorded'}`);

import { parentPort } from 'node:worker_threads';
import { errorText } from '../../../otel/diagnostics.js';
import { type Range, scanRange } from './range.js';

/** A thread that reads ranges of files: each message is a range, each answer `{ digest }` or `{ error }`. */
parentPort?.on('message', (range: Range) => {
  scanRange(range).then(
    (digest) => parentPort?.postMessage({ digest }),
    (error: unknown) => parentPort?.postMessage({ error: errorText(error) }),
  );
});

// A preload, as instrumentation is loaded: it counts the threads that run it.
import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

appendFileSync(process.env.PRELOADED, `${isMainThread ? 'main' : 'thread'}\n`);

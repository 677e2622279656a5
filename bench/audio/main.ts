// What a recording costs a live call, and what an hour of it costs the machine. `npm run bench:audio`
import { captureLatency } from './capture.js';
import { hour } from './hour.js';

await captureLatency();
await hour('wav');
await hour('opus');

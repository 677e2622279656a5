/** Sends prepared requests at its exit: `REQUESTS` is a list of lanes, each a list of [method, path]. */
import { flushOnExit } from '../../../src/node.js';

const { BACK_END = '', REQUESTS = '[]' } = process.env;
const lanes: ['POST' | 'PATCH', string][][] = JSON.parse(REQUESTS);

flushOnExit({
  forceFlush: async () => {},
  remainders: () =>
    lanes.map((lane, index) => ({
      queue: lane,
      exporterName: `exporter ${index}`,
      exporter: {
        export: () => {},
        shutdown: async () => {},
        pendingRequests: () =>
          lane.map(([method, path]) => ({
            method,
            url: `${BACK_END}${path}`,
            headers: { 'content-type': 'text/plain' },
            body: method === 'POST' ? `body of ${path}` : new TextEncoder().encode(`bytes of ${path}`),
          })),
      },
      spans: [],
      keep: () => false,
      delivered: () => console.log(`${index} delivered`),
      left: (kept: boolean) => console.log(`${index} left ${kept}`),
    })),
});
process.exit(0);

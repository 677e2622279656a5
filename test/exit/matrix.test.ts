import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Destination, end, expectCell, WAYS } from './matrix.js';
import { Programs } from './processes.js';

const DESTINATIONS: readonly Destination[] = ['otlp', 'ashr', 'spool'];

describe(`the exit matrix on Node ${process.versions.node}`, () => {
  const programs = new Programs();

  beforeAll(async () => {
    await programs.build('ending');
  });
  afterAll(() => programs.remove());

  describe.each(DESTINATIONS)('%s', (destination) => {
    it.each(WAYS)('%s', async (way) => {
      expectCell(destination, way, await end(programs, destination, way));
    });
  });
});

import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Destination, end, expectCell, WAYS } from '../exit/matrix.js';
import { nodeBinary, Programs } from '../exit/processes.js';

const VERSIONS: readonly number[] = [20, 22, 24];
const DESTINATIONS: readonly Destination[] = ['otlp', 'ashr', 'spool'];

describe.each(VERSIONS)('the exit matrix on Node %i', (version) => {
  const programs = new Programs();
  let node = '';

  beforeAll(async () => {
    node = await nodeBinary(version);
    await programs.build('ending');
  });
  afterAll(() => programs.remove());

  describe.each(DESTINATIONS)('%s', (destination) => {
    it.each(WAYS)('%s', async (way) => {
      expectCell(destination, way, await end(programs, destination, way, { node }));
    });
  });
});

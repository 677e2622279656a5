import type { AshrFault, AshrRequest } from '../../../src/testing/ashr-mock/mock.js';

/** Random numbers that are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One id in a thousand, always the same ones. */
export function isBad(id: string): boolean {
  let hash = 7;
  for (const unit of id) hash = (Math.imul(hash, 31) + unit.charCodeAt(0)) | 0;
  return (hash >>> 0) % 1000 === 0;
}

/** A tenth of all requests is answered with 500, a twentieth hangs, a twentieth loses its connection. */
export function randomFault(random: () => number): AshrFault | undefined {
  const share = random();
  if (share < 0.1) return { kind: 'refuse', status: 500 };
  if (share < 0.15) return { kind: 'hang' };
  if (share < 0.2) return { kind: 'drop', stored: share < 0.175 };
  return undefined;
}

interface Rows {
  readonly turns?: readonly { readonly turn_id: string }[];
  readonly stages?: readonly { readonly stage_id: string }[];
}

/** Whether a request holds a row that the back end will never take. */
export function holdsBadRow({ body }: AshrRequest): boolean {
  const { turns = [], stages = [] } = body as Rows;
  return turns.some(({ turn_id }) => isBad(turn_id)) || stages.some(({ stage_id }) => isBad(stage_id));
}

import type { Detection } from './types.js';

/** Regions in order; those that overlap become one, of the type of the first that is given of those that start first. */
export function mergeRegions(regions: readonly Detection[]): Detection[] {
  const sorted = [...regions].sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Detection[] = [];
  for (const region of sorted) {
    const last = merged[merged.length - 1];
    if (last === undefined || region.start >= last.end) merged.push(region);
    else if (region.end > last.end) merged[merged.length - 1] = { ...last, end: region.end };
  }
  return merged;
}

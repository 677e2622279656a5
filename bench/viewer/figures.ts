/** Prints one figure, and whether it is within what the viewer promises. */
export function figure(name: string, value: number, unit: string, limit?: number): void {
  const verdict = limit === undefined ? '' : value < limit ? `  (below ${limit})` : `  (NOT below ${limit})`;
  console.log(`  ${name.padEnd(52)} ${value.toFixed(0).padStart(7)} ${unit}${verdict}`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

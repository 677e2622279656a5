/** The turn that cuts another off begins within this of its end. */
const SAME_MOMENT_MS = 50;

export function isSameMoment(a: number, b: number): boolean {
  return Math.abs(a - b) < SAME_MOMENT_MS;
}

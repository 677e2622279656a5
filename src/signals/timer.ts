/** A timer of ours keeps no process alive; where timers are plain numbers there is nothing to do. */
export function unref(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function') {
    timer.unref();
  }
}

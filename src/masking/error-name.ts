const NAME = /^[A-Za-z_$][\w$]{0,63}$/;

/** The name of an error and nothing else: what a masker or a detector says in its message may quote what it was given. */
export function errorName(error: unknown): string {
  try {
    const name: unknown = error instanceof Error ? error.name : undefined;
    return typeof name === 'string' && NAME.test(name) ? name : 'an error without a name';
  } catch {
    return 'an error without a name';
  }
}

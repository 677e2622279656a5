/** A value that is made when it is first asked for: patterns with Unicode classes are slow to make. */
export function lazy<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

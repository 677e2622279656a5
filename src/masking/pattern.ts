/**
 * A pattern that is made when it is first used. Reading a pattern with Unicode classes takes a good part of a
 * millisecond, which nobody should pay for an import.
 */
export function pattern(make: () => RegExp): () => RegExp {
  let made: RegExp | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

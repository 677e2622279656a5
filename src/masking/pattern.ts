/**
 * A pattern that is made when it is first used. V8 checks the literals of a file when it reads the file, also those
 * inside functions that never run, and Unicode classes take a good part of a millisecond there, which nobody should pay
 * for an import.
 *
 * @param source - as `RegExp` takes it
 */
export function pattern(source: string, flags: string): () => RegExp {
  let made: RegExp | undefined;
  return () => {
    made ??= new RegExp(source, flags);
    return made;
  };
}

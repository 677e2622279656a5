/** What of the generated files is not as committed, a sentence each. `committed` answers `undefined` for a missing file. */
export function staleFiles(
  generated: ReadonlyMap<string, string>,
  committed: (path: string) => string | undefined,
): readonly { readonly path: string; readonly reason: string }[] {
  return [...generated].flatMap(([path, expected]) => {
    const before = committed(path);
    if (before === expected) return [];
    return [{ path, reason: before === undefined ? 'is missing' : firstDifference(before, expected) }];
  });
}

function firstDifference(committed: string, expected: string): string {
  const before = committed.split('\n');
  const after = expected.split('\n');
  const found = after.findIndex((line, index) => line !== before[index]);
  const index = found === -1 ? after.length : found;
  return `differs from line ${index + 1}: committed ${quoted(before[index])}, expected ${quoted(after[index])}`;
}

function quoted(line: string | undefined): string {
  return line === undefined ? 'the end of the file' : JSON.stringify(line.trim());
}

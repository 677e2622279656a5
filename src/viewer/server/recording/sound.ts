/** What files of sound begin with. Nothing else is served: a span may name any file. */
const KINDS: readonly (readonly [type: string, test: (head: Uint8Array) => boolean])[] = [
  ['audio/wav', (head) => ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 4) === 'WAVE'],
  ['audio/ogg', (head) => ascii(head, 0, 4) === 'OggS'],
  ['audio/flac', (head) => ascii(head, 0, 4) === 'fLaC'],
  [
    'audio/mpeg',
    (head) => ascii(head, 0, 3) === 'ID3' || (head[0] === 0xff && ((head[1] ?? 0) & 0xe6) === 0xe2),
  ],
  ['audio/mp4', (head) => ascii(head, 4, 4) === 'ftyp'],
  ['audio/webm', (head) => head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3],
];

/** Bytes that `soundType` needs. */
export const HEAD_BYTES = 16;

/** The content type of a file by its first bytes; `undefined` where they are not those of sound. */
export function soundType(head: Uint8Array): string | undefined {
  return KINDS.find(([, test]) => test(head))?.[0];
}

function ascii(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}

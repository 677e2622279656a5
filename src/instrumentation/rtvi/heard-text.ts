import { asText, read } from '../../conversation/read.js';
import { joinPieces } from '../pipeline/text.js';

/** Segments of one reply; beyond, the oldest are forgotten. */
const MAX_SEGMENTS = 500;

interface Segment {
  /** The whole of it, where the server announced it before it was spoken. */
  text: string | undefined;
  heard: string;
}

/**
 * What was heard of the agent by the word of `bot-output`: from protocol 2 on the progress within each segment, in 1.x
 * and from speech-to-speech models the words one by one. A segment without progress was never spoken.
 */
export class HeardText {
  readonly #segments = new Map<unknown, Segment>();

  output(data: unknown): void {
    const text = asText(read(data, 'text'));
    if (text === undefined) return;
    const progress = read(data, 'spoken_progress');
    const accumulated = asText(read(progress, 'accumulated_text'));
    const id = read(data, 'segment_id') ?? this.#segments.size;
    const segment = this.#segments.get(id) ?? { text: undefined, heard: '' };
    if (accumulated !== undefined) {
      segment.text = text;
      if (accumulated !== '') segment.heard = accumulated;
    } else if (read(data, 'spoken') === true) segment.heard = withWord(segment, text);
    else segment.text = text;
    this.#segments.set(id, segment);
    if (this.#segments.size > MAX_SEGMENTS) this.#segments.delete(this.#segments.keys().next().value);
  }

  /** What was heard since it was last taken. */
  take(): string {
    const pieces = [...this.#segments.values()].filter(({ heard }) => heard !== '');
    this.#segments.clear();
    return joinPieces(pieces.map(({ heard }) => ({ text: heard, spaced: false })));
  }
}

/** What is heard of a segment with one word more; in a text that is known, its own spaces count. */
function withWord({ text, heard }: Segment, word: string): string {
  const at = text?.indexOf(word.trim(), heard.length) ?? -1;
  if (text !== undefined && at !== -1) return text.slice(0, at + word.trim().length);
  return joinPieces([
    { text: heard, spaced: false },
    { text: word, spaced: false },
  ]);
}

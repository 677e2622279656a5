import { ascii, plain } from './safe.js';

export type Paint = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan' | 'blue';

/** The characters that a timeline is drawn with, one column each but for `ellipsis`. */
export interface Glyphs {
  readonly user: string;
  readonly agent: string;
  /** Nobody is heard. */
  readonly silence: string;
  /** A stage until its first output, and after it. */
  readonly waiting: string;
  readonly streaming: string;
  /** Waiting that has a name but no stage: end-pointing, playout. */
  readonly gap: string;
  /** Waiting that nothing explains. */
  readonly unexplained: string;
  readonly cutLeft: string;
  readonly cutRight: string;
  readonly rule: string;
  readonly tick: string;
  readonly separator: string;
  readonly bullet: string;
  readonly ellipsis: string;
  readonly range: string;
  readonly failed: string;
}

export const UNICODE_GLYPHS: Glyphs = {
  user: '▇',
  agent: '▇',
  silence: '╱',
  waiting: '█',
  streaming: '░',
  gap: '╌',
  unexplained: '╳',
  cutLeft: '◂',
  cutRight: '▸',
  rule: '─',
  tick: '┬',
  separator: '·',
  bullet: '·',
  ellipsis: '…',
  range: '–',
  failed: '✗',
};

export const ASCII_GLYPHS: Glyphs = {
  user: 'U',
  agent: 'A',
  silence: '/',
  waiting: '#',
  streaming: ':',
  gap: '.',
  unexplained: 'X',
  cutLeft: '<',
  cutRight: '>',
  rule: '-',
  tick: '+',
  separator: '|',
  bullet: '*',
  ellipsis: '..',
  range: '-',
  failed: 'x',
};

/** How a timeline looks: its width, its characters, its colours. */
export class Theme {
  /** Columns of the terminal. */
  readonly width: number;
  readonly glyphs: Glyphs;
  readonly #ascii: boolean;
  readonly #style: ((paint: Paint, text: string) => string) | undefined;

  /** `style` puts a text into colour; without it nothing is coloured. */
  constructor(options: {
    width: number;
    ascii: boolean;
    style: ((paint: Paint, text: string) => string) | undefined;
  }) {
    this.width = options.width;
    this.glyphs = options.ascii ? ASCII_GLYPHS : UNICODE_GLYPHS;
    this.#ascii = options.ascii;
    this.#style = options.style;
  }

  /** `text` in a colour or weight; give it whole cells only, its columns can no longer be counted afterwards. */
  paint(paint: Paint | undefined, text: string): string {
    return paint === undefined || this.#style === undefined || text === '' ? text : this.#style(paint, text);
  }

  /** A text from a span, made safe to print. */
  text(raw: string): string {
    const safe = plain(raw);
    return this.#ascii ? ascii(safe) : safe;
  }
}

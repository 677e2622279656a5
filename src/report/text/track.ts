import type { Axis } from './axis.js';
import type { Paint, Theme } from './theme.js';
import { columns } from './width.js';

interface Cell {
  readonly text: string;
  readonly paint: Paint | undefined;
}

const EMPTY: Cell = { text: ' ', paint: undefined };

/** One row of a chart: cells of one column each, on an axis. */
export class Track {
  readonly #axis: Axis;
  readonly #theme: Theme;
  readonly #cells: Cell[];

  constructor(axis: Axis, theme: Theme) {
    this.#axis = axis;
    this.#theme = theme;
    this.#cells = Array.from({ length: axis.width }, () => EMPTY);
  }

  /** Fills from one moment to another, at least one column. */
  bar(startMs: number, endMs: number, glyph: string, paint: Paint | undefined): this {
    const from = Math.min(this.#axis.column(startMs), this.#axis.width - 1);
    this.#fill(from, Math.max(this.#axis.column(endMs), from + 1), glyph, paint);
    return this;
  }

  /** Marks the edges of the axis beyond which a bar goes on. */
  edges(startMs: number, endMs: number, paint: Paint | undefined): this {
    const { cutLeft, cutRight } = this.#theme.glyphs;
    if (startMs < this.#axis.startMs) this.#put(0, cutLeft, paint);
    if (endMs > this.#axis.endMs) this.#put(this.#axis.width - 1, cutRight, paint);
    return this;
  }

  /** Like `bar`, but leaves out what is too short to show. */
  stretch(startMs: number, endMs: number, glyph: string, paint: Paint | undefined): this {
    this.#fill(this.#axis.column(startMs), this.#axis.column(endMs), glyph, paint);
    return this;
  }

  /** One mark at a moment. */
  mark(ms: number, glyph: string, paint: Paint | undefined): this {
    this.#put(Math.min(this.#axis.column(ms), this.#axis.width - 1), glyph, paint);
    return this;
  }

  /** Writes a text of ours (one column a character) into the middle of a stretch, where there is room for all of it and three cells on either side. */
  label(startMs: number, endMs: number, text: string, paint: Paint | undefined): this {
    const from = this.#axis.column(startMs);
    const room = this.#axis.column(endMs) - from;
    const written = ` ${text} `;
    const width = columns(written);
    if (width + 6 > room) return this;
    const at = from + Math.floor((room - width) / 2);
    [...written].forEach((character, i) => {
      this.#put(at + i, character, paint);
    });
    return this;
  }

  /** Marks round moments with their distance from `zeroMs`, where there is room for the whole label. */
  ticks(zeroMs: number, minColumns: number, format: (ms: number) => string): this {
    let free = 0;
    for (const tick of this.#axis.ticks(zeroMs, minColumns)) {
      const column = this.#axis.column(tick);
      const label = `${this.#theme.glyphs.tick}${format(tick - zeroMs)}`;
      if (column < free || column + label.length > this.#axis.width) continue;
      [...label].forEach((character, i) => {
        this.#put(column + i, character, 'dim');
      });
      free = column + label.length + 1;
    }
    return this;
  }

  /** The row as text, `axis.width` columns wide. */
  toString(): string {
    let line = '';
    let run: Cell = { text: '', paint: undefined };
    for (const cell of this.#cells) {
      if (cell.paint === run.paint) {
        run = { text: run.text + cell.text, paint: run.paint };
      } else {
        line += this.#theme.paint(run.paint, run.text);
        run = cell;
      }
    }
    return line + this.#theme.paint(run.paint, run.text);
  }

  #fill(from: number, to: number, glyph: string, paint: Paint | undefined): void {
    for (let column = from; column < to; column += 1) this.#put(column, glyph, paint);
  }

  #put(column: number, text: string, paint: Paint | undefined): void {
    if (column >= 0 && column < this.#cells.length) this.#cells[column] = { text, paint };
  }
}

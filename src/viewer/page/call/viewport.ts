import { pan, reveal, type View, within, zoom } from './scale.js';

/**
 * What the axis, the minimap and the waveform show together. Changes are told to listeners, not to Preact: they
 * come with every movement of a pointer, and only canvases draw anew.
 */
export class Viewport {
  #whole: View;
  #view: View;
  readonly #listeners = new Set<() => void>();

  constructor(whole: View, view: View) {
    this.#whole = whole;
    this.#view = within(view, whole);
  }

  get view(): View {
    return this.#view;
  }

  get whole(): View {
    return this.#whole;
  }

  get showsAll(): boolean {
    return this.#view.startMs <= this.#whole.startMs && this.#view.endMs >= this.#whole.endMs;
  }

  /** The call has grown: a view that showed all of it still does. */
  setWhole(whole: View): void {
    const all = this.showsAll;
    this.#whole = whole;
    this.#set(all ? whole : within(this.#view, whole));
  }

  show(view: View): void {
    this.#set(within(view, this.#whole));
  }

  showAll(): void {
    this.#set(this.#whole);
  }

  zoom(factor: number, anchorMs?: number): void {
    const anchor = anchorMs ?? (this.#view.startMs + this.#view.endMs) / 2;
    this.#set(zoom(this.#view, this.#whole, factor, anchor));
  }

  panBy(byMs: number): void {
    this.#set(pan(this.#view, this.#whole, byMs));
  }

  /** Moves by a share of what is seen; 1 is a whole view to the right. */
  panByShare(share: number): void {
    this.panBy(share * (this.#view.endMs - this.#view.startMs));
  }

  reveal(startMs: number, endMs: number): void {
    this.#set(reveal(this.#view, this.#whole, startMs, endMs));
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #set(view: View): void {
    if (view.startMs === this.#view.startMs && view.endMs === this.#view.endMs) return;
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }
}

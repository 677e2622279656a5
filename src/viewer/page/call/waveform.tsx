import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import WaveSurfer from 'wavesurfer.js';
import { readPalette } from './palette.js';
import type { Peaks } from './peaks.js';
import type { Player } from './player.js';
import { toMs, toPixels } from './scale.js';
import type { Viewport } from './viewport.js';

const HEIGHT = 56;

/** The waveform of a recording under the lanes, on their scale. */
export function Waveform(props: {
  readonly peaks: Peaks;
  readonly player: Player;
  /** Where its first sample lies in the session. */
  readonly startMs: number;
  readonly viewport: Viewport;
}): JSX.Element {
  const { peaks, player, startMs, viewport } = props;
  const strip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = strip.current;
    if (element === null) return undefined;
    const drawn = new DrawnWaveform(element, peaks, player.audio);
    let frame = 0;
    const place = (): void => {
      frame = 0;
      drawn.place(viewport, startMs);
    };
    const schedule = (): void => {
      if (frame === 0) frame = requestAnimationFrame(place);
    };
    const sized = new ResizeObserver(schedule);
    sized.observe(element);
    const unsubscribe = viewport.subscribe(schedule);
    const recolour = (): void => drawn.recolour();
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', recolour);
    const seek = (event: MouseEvent): void => {
      const box = element.getBoundingClientRect();
      player.seek((toMs(viewport.view, box.width, event.clientX - box.left) - startMs) / 1000);
    };
    element.addEventListener('click', seek);
    return () => {
      cancelAnimationFrame(frame);
      sized.disconnect();
      unsubscribe();
      scheme.removeEventListener('change', recolour);
      element.removeEventListener('click', seek);
      drawn.destroy();
    };
  }, [peaks, player, startMs, viewport]);
  return <div class="call-waveform" ref={strip} style={{ height: `${HEIGHT}px` }} aria-hidden="true" />;
}

/** One wavesurfer, cut to what the axis shows. */
class DrawnWaveform {
  readonly #strip: HTMLElement;
  readonly #window: HTMLDivElement;
  readonly #peaks: Peaks;
  readonly #surfer: WaveSurfer;
  #pixelsPerSecond = 0;
  #scroll = 0;

  constructor(strip: HTMLElement, peaks: Peaks, media: HTMLAudioElement) {
    this.#strip = strip;
    this.#peaks = peaks;
    this.#window = document.createElement('div');
    this.#window.className = 'call-waveform-window';
    this.#surfer = WaveSurfer.create({
      container: this.#window,
      media,
      peaks: [peaks.values],
      duration: peaks.durationS,
      height: HEIGHT,
      normalize: true,
      cursorWidth: 0,
      fillParent: false,
      interact: false,
      dragToSeek: false,
      autoScroll: false,
      autoCenter: false,
      hideScrollbar: true,
      ...this.#colours(),
    });
    adoptStyles(this.#window);
    strip.append(this.#window);
    this.#surfer.on('redraw', () => this.#applyScroll());
    this.#surfer.on('ready', () => this.#zoom());
  }

  /** Puts what the view shows of the recording where the view shows it. */
  place(viewport: Viewport, startMs: number): void {
    const { view } = viewport;
    const width = this.#strip.clientWidth;
    if (width < 1) return;
    const left = Math.max(0, toPixels(view, width, startMs));
    const right = Math.min(width, toPixels(view, width, startMs + this.#peaks.durationS * 1000));
    this.#window.hidden = right - left < 1;
    if (this.#window.hidden) return;
    this.#window.style.left = `${left}px`;
    this.#window.style.width = `${right - left}px`;
    const pixelsPerSecond = (width * 1000) / (view.endMs - view.startMs);
    this.#scroll = Math.max(0, ((view.startMs - startMs) / 1000) * pixelsPerSecond);
    if (pixelsPerSecond !== this.#pixelsPerSecond) {
      this.#pixelsPerSecond = pixelsPerSecond;
      this.#zoom();
    }
    this.#applyScroll();
  }

  recolour(): void {
    this.#surfer.setOptions(this.#colours());
  }

  destroy(): void {
    this.#surfer.destroy();
    this.#window.remove();
  }

  #colours(): { waveColor: string; progressColor: string } {
    const palette = readPalette(this.#strip);
    return { waveColor: palette.muted, progressColor: palette.accent };
  }

  /** Before the peaks are taken in there is nothing to zoom; `ready` comes back here. */
  #zoom(): void {
    if (this.#pixelsPerSecond > 0 && this.#surfer.getDecodedData() !== null) {
      this.#surfer.zoom(this.#pixelsPerSecond);
    }
  }

  #applyScroll(): void {
    if (Math.abs(this.#surfer.getScroll() - this.#scroll) >= 0.5) this.#surfer.setScroll(this.#scroll);
  }
}

/**
 * Moves wavesurfer's style sheet from its `<style>` element, which the page's policy forbids, to the shadow
 * root's own sheets. It has to happen before the container is in the document: only then is the policy applied.
 */
function adoptStyles(container: HTMLElement): void {
  const root = container.firstElementChild?.shadowRoot;
  const style = root?.querySelector('style');
  if (root === null || root === undefined || style === null || style === undefined) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style.textContent);
  style.remove();
  root.adoptedStyleSheets = [sheet];
}

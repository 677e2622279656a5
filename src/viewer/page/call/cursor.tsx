import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Player } from './player.js';
import { toPixels } from './scale.js';
import type { Viewport } from './viewport.js';

/** Where the recording is heard, as a line over lanes and waveform. The axis follows while it plays. */
export function Cursor(props: {
  readonly player: Player;
  readonly startMs: number;
  readonly viewport: Viewport;
}): JSX.Element {
  const { player, startMs, viewport } = props;
  const frame = useRef<HTMLDivElement>(null);
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = (): void => {
      const [outer, element] = [frame.current, line.current];
      if (outer === null || element === null) return;
      const x = toPixels(viewport.view, outer.clientWidth, startMs + player.timeS * 1000);
      element.hidden = x < 0 || x > outer.clientWidth;
      element.style.transform = `translateX(${x}px)`;
    };
    const follow = (): void => {
      const atMs = startMs + player.timeS * 1000;
      const { view } = viewport;
      const span = view.endMs - view.startMs;
      // A page at a time, not a crawl: the bars stand still for the eye.
      if (player.state.playing && (atMs > view.endMs || atMs < view.startMs)) {
        viewport.show({ startMs: atMs - span * 0.1, endMs: atMs + span * 0.9 });
      }
      place();
    };
    place();
    const stop = [viewport.subscribe(place), player.onTime(follow)];
    const sized = new ResizeObserver(place);
    if (frame.current !== null) sized.observe(frame.current);
    return () => {
      for (const end of stop) end();
      sized.disconnect();
    };
  }, [player, startMs, viewport]);
  return (
    <div class="call-cursor" ref={frame} aria-hidden="true">
      <div class="call-cursor-line" ref={line} hidden />
    </div>
  );
}

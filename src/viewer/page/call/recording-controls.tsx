import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { TurnReport } from '../../../report/model.js';
import { formatClock } from '../../../report/text/format.js';
import type { RecordingAnswer } from '../../api.js';
import type { Player } from './player.js';
import { usePlayerState } from './use-player.js';

/** The sound of the call: play, pause, seek; or why there is none. */
export function Recording(props: {
  readonly recording: RecordingAnswer;
  readonly player: Player | undefined;
  readonly selected: TurnReport | undefined;
  readonly waveformReason: string | undefined;
  readonly onPlayTurn: (turn: TurnReport) => void;
}): JSX.Element {
  const { recording, player } = props;
  return (
    <section class="call-recording" aria-label="Recording">
      {!recording.available && (
        <p class="call-no-recording">
          <b>No recording.</b> <bdi>{recording.reason}</bdi>
        </p>
      )}
      {recording.available && player !== undefined && (
        <Controls
          player={player}
          startMs={recording.startMs}
          selected={props.selected}
          onPlayTurn={props.onPlayTurn}
        />
      )}
      {recording.available && props.waveformReason !== undefined && (
        <p class="call-quiet">{props.waveformReason}</p>
      )}
    </section>
  );
}

function Controls(props: {
  readonly player: Player;
  readonly startMs: number;
  readonly selected: TurnReport | undefined;
  readonly onPlayTurn: (turn: TurnReport) => void;
}): JSX.Element {
  const { player, startMs, selected } = props;
  const { playing, durationS, problem } = usePlayerState(player);
  const slider = useRef<HTMLInputElement>(null);
  const clock = useRef<HTMLSpanElement>(null);
  const place = useRef<HTMLSpanElement>(null);
  // The element is in the document, so that the browser's own media keys and tools find it.
  useEffect(() => {
    const { audio } = player;
    audio.setAttribute('aria-hidden', 'true');
    place.current?.append(audio);
    return () => audio.remove();
  }, [player]);
  useEffect(() => {
    const show = (seconds: number): void => {
      const text = formatClock(startMs + seconds * 1000);
      if (clock.current !== null) clock.current.textContent = text;
      if (slider.current !== null) {
        slider.current.value = String(seconds);
        slider.current.setAttribute('aria-valuetext', text);
      }
    };
    show(player.timeS);
    return player.onTime(show);
  }, [player, startMs]);
  return (
    <div class="call-player">
      <button
        type="button"
        class="call-play-main"
        title="Play or pause (Space)"
        onClick={() => player.toggle()}
      >
        {playing ? '❚❚ Pause' : '▶ Play'}
      </button>
      <button
        type="button"
        disabled={selected === undefined}
        onClick={() => selected && props.onPlayTurn(selected)}
      >
        Play selected turn
      </button>
      <span class="call-times" ref={clock}>
        {formatClock(startMs)}
      </span>
      <input
        ref={slider}
        type="range"
        aria-label="Position in the recording"
        min={0}
        max={durationS ?? 0}
        step={0.05}
        disabled={durationS === undefined}
        onInput={(event) => player.seek(Number(event.currentTarget.value))}
      />
      <span class="call-times">
        {durationS === undefined ? '…' : formatClock(startMs + durationS * 1000)}
      </span>
      <span ref={place} />
      {problem !== undefined && (
        <span class="call-tone-bad" role="alert">
          {problem}
        </span>
      )}
    </div>
  );
}

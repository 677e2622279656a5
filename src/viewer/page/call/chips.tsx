import type { JSX } from 'preact';
import type { TurnReport } from '../../../report/model.js';
import { VOICE_TURN_LATENCY_SOURCE_VALUE_ESTIMATED } from '../../../semconv/generated.js';
import { ms } from './format.js';
import { LEVELS, levelOf, type Thresholds } from './thresholds.js';

/** A wait for an answer, by how long it was: a colour, a sign and a word. */
export function WaitChip(props: {
  readonly label: string;
  readonly waitMs: number;
  readonly estimated: boolean;
  readonly thresholds: Thresholds;
}): JSX.Element {
  const level = levelOf(props.waitMs, props.thresholds);
  const { name, sign } = LEVELS[level];
  return (
    <span class={`call-chip call-${level}`} title={name}>
      <span aria-hidden="true">{sign} </span>
      {props.label} {props.estimated && <span title="an estimate">~</span>}
      {ms(props.waitMs)}
      {level !== 'good' && <span class="call-unseen">, {name}</span>}
    </span>
  );
}

/** The waits before a turn, where it has any. */
export function TurnChips(props: {
  readonly turn: TurnReport;
  readonly thresholds: Thresholds;
}): JSX.Element | null {
  const { turn, thresholds } = props;
  const estimated = turn.latencySource === VOICE_TURN_LATENCY_SOURCE_VALUE_ESTIMATED;
  if (turn.timeToFirstAudioMs === undefined && turn.responseLatencyMs === undefined) return null;
  return (
    <span class="call-chips">
      {turn.responseLatencyMs !== undefined && (
        <WaitChip
          label="response"
          waitMs={turn.responseLatencyMs}
          estimated={estimated}
          thresholds={thresholds}
        />
      )}
      {turn.timeToFirstAudioMs !== undefined && (
        <WaitChip
          label="TTFA"
          waitMs={turn.timeToFirstAudioMs}
          estimated={estimated}
          thresholds={thresholds}
        />
      )}
    </span>
  );
}

import { useEffect, useState } from 'preact/hooks';
import type { RecordingAnswer } from '../../api.js';
import { loadPeaks, tooLongReason } from './load-peaks.js';
import type { Peaks } from './peaks.js';
import { Player, type PlayerState } from './player.js';

/** A player for the recording of a call; `undefined` where there is none. One as long as the url stays the same. */
export function usePlayer(recording: RecordingAnswer): Player | undefined {
  const url = recording.available ? recording.url : undefined;
  const [player, setPlayer] = useState<Player>();
  useEffect(() => {
    if (url === undefined) {
      setPlayer(undefined);
      return undefined;
    }
    const audio = document.createElement('audio');
    audio.preload = 'metadata';
    audio.src = url;
    const made = new Player(audio);
    setPlayer(made);
    return () => {
      made.destroy();
      audio.removeAttribute('src');
      audio.load();
    };
  }, [url]);
  return player;
}

export function usePlayerState(player: Player): PlayerState {
  const [state, setState] = useState(player.state);
  useEffect(() => {
    setState(player.state);
    return player.onState(setState);
  }, [player]);
  return state;
}

/** The peaks of a recording once its length is known, or why there are none. */
export function usePeaks(
  player: Player | undefined,
  url: string | undefined,
): { readonly peaks: Peaks | undefined; readonly reason: string | undefined } {
  const [peaks, setPeaks] = useState<Peaks>();
  const [reason, setReason] = useState<string>();
  useEffect(() => {
    setPeaks(undefined);
    setReason(undefined);
    if (player === undefined || url === undefined) return undefined;
    const stopped = new AbortController();
    const load = async (): Promise<void> => {
      const durationS = await lengthOf(player, stopped.signal);
      const tooLong = durationS === undefined ? undefined : tooLongReason(durationS);
      if (stopped.signal.aborted) return;
      if (tooLong !== undefined) {
        setReason(tooLong);
        return;
      }
      const loaded = await loadPeaks(url, stopped.signal);
      if (stopped.signal.aborted) return;
      if ('peaks' in loaded) setPeaks(loaded.peaks);
      else setReason(loaded.reason);
    };
    load().catch(() => setReason('No waveform: the recording could not be read.'));
    return () => stopped.abort();
  }, [player, url]);
  return { peaks, reason };
}

/** The length in seconds, as soon as the browser says it; `undefined` where it cannot. */
function lengthOf(player: Player, signal: AbortSignal): Promise<number | undefined> {
  if (player.state.durationS !== undefined) return Promise.resolve(player.state.durationS);
  return new Promise((resolve) => {
    const stop = player.onState(({ durationS, problem }) => {
      if (durationS === undefined && problem === undefined) return;
      stop();
      resolve(durationS);
    });
    signal.addEventListener('abort', () => {
      stop();
      resolve(undefined);
    });
  });
}

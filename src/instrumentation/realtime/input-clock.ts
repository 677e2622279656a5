/** Pieces of sent audio remembered: more than a minute of the usual 20 ms. */
const MAX_PIECES = 4096;

interface Piece {
  /** Position of its end in the input buffer, in milliseconds. */
  readonly end: number;
  readonly ms: number;
  readonly sentAt: number;
}

/**
 * Turns positions in the input audio buffer, by which the server says where speech began and ended, into times: the
 * audio at a position was heard by the microphone just before it was sent.
 */
export class InputClock {
  readonly #pieces: Piece[] = [];
  #end = 0;
  /** Audio may have been sent before we looked: positions say nothing. */
  #whole = false;

  /** The session began while we looked on, so that all of its audio is counted. */
  sessionBegan(): void {
    this.#whole = true;
  }

  sent(ms: number, time: number): void {
    if (!(ms > 0)) return;
    this.#end += ms;
    this.#pieces.push({ end: this.#end, ms, sentAt: time });
    if (this.#pieces.length > MAX_PIECES) this.#pieces.splice(0, MAX_PIECES / 4);
  }

  /** When the audio at this position was heard; `undefined` where that is not known. */
  timeOf(positionMs: number | undefined): number | undefined {
    if (!this.#whole || positionMs === undefined) return undefined;
    const piece = this.#pieces.findLast(({ end, ms }) => end - ms <= positionMs && positionMs <= end);
    return piece === undefined ? undefined : piece.sentAt - (piece.end - positionMs);
  }
}

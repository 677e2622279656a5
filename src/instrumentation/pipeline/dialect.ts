/**
 * What a pipeline has shown of how it works. Frames of the same name mean different things: where turns have a logic
 * of their own, the end of one releases it to the model; in a simple pipeline it is only the detector's silence.
 */
export class Dialect {
  /** There are frames of turns besides those of a detector. */
  hasTurns = false;
  /** The end of a turn is its release to the model. */
  releases: boolean;
  /** Speech goes to a speech-to-speech model; transcripts come late, if at all. `undefined`: not known. */
  realtime: boolean | undefined;
  /** The output says when the agent speaks. */
  tellsSpeaking = false;
  /** There is a synthesiser, or the agent's audio. */
  speaks = false;

  /** @param releases what is known of the source beforehand */
  constructor(releases: boolean) {
    this.releases = releases;
    this.hasTurns = releases;
  }

  /** Turns have a logic of their own. */
  turnLogic(): void {
    this.releases = true;
    this.hasTurns = true;
  }
}

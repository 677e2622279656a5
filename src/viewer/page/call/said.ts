import type { TurnReport } from '../../../report/model.js';

/** What was said in a turn, and what was generated for it and not heard. */
export interface Said {
  readonly heard: string | undefined;
  readonly unheard: string | undefined;
  /** The unheard text goes on where the heard one ends; else it stands for itself. */
  readonly continues: boolean;
}

export function saidIn(turn: TurnReport): Said {
  const { transcript: heard, generatedTranscript: generated } = turn;
  if (generated === undefined || generated === heard) return { heard, unheard: undefined, continues: false };
  if (heard !== undefined && generated.startsWith(heard)) {
    return { heard, unheard: generated.slice(heard.length), continues: true };
  }
  return { heard, unheard: generated, continues: false };
}

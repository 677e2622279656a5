import { guardMasker } from './guarded.js';
import { LOCALE_NAMES, type LocaleName, lexiconOf } from './lexicon.js';
import type { LocaleTable } from './locales/table.js';
import { placeholder } from './placeholder.js';
import { promptedNumber } from './prompt.js';
import type { Detection, MaskContext, Masker } from './types.js';

/** Who said a text. */
export type Speaker = 'user' | 'agent';

/** What has to happen after a text was observed. */
export interface Observation {
  /** The text, masked with what was said before in mind. */
  readonly masked: string;
  /** Earlier texts that are not yet exported and have to be masked anew, because this one completed a number. */
  readonly remask: readonly { readonly key: string; readonly masked: string }[];
}

/** A bounded memory of what was said in each session. */
export interface SessionMemory {
  /**
   * Tells what was said: call it with the raw text, in the order of speech, before anything is exported.
   *
   * @param sessionId - the session; the one unused longest is forgotten first
   * @param key - names the text, for instance a turn or span id; the same key again replaces the text, so that a
   * growing partial can be observed as often as it comes
   */
  observe(sessionId: string, key: string, text: string, speaker: Speaker): Observation;
  /** The text under `key` has left and can no longer be masked anew; it still counts for what follows. */
  exported(sessionId: string, key: string): void;
  /** The session is over. */
  forget(sessionId: string): void;
}

export interface SessionMemoryOptions {
  /** Languages in which prompts for a number are understood. Default: all that come along. */
  readonly locales?: readonly (LocaleName | LocaleTable)[];
  /** Sessions remembered at a time. Default 500. */
  readonly maxSessions?: number;
}

const MAX_SESSIONS = 500;
/** Texts remembered for each session; a number is dictated in fewer groups. */
const MAX_TEXTS = 12;
/** Longer texts are masked by themselves only, in UTF-16 code units. */
const MAX_TEXT = 2_048;
/** After a prompt for a number, so many texts are read with a low threshold. */
const PROMPT_REACH = 8;
/** Between texts that are read as one. */
const SEAM = '\n';

interface Said {
  readonly key: string;
  readonly speaker: Speaker;
  text: string;
  masked: string;
  expecting: MaskContext['expecting'];
  exported: boolean;
}

interface Session {
  said: Said[];
  expecting: MaskContext['expecting'];
  /** Texts since the prompt. */
  sincePrompt: number;
}

/**
 * Makes the memory that finds numbers and addresses dictated over several turns, partials or finals ("four one
 * five" … "five five five" … "oh one two three"). It reads the last texts of one speaker as one text, and reads
 * digits with a low threshold after the other has asked for a number. All that it keeps is bounded, and nothing
 * it keeps leaves it unmasked.
 *
 * For a processor: observe every transcript when its span ends, write `masked` to the span; for each entry of
 * `remask` whose span is still held, write that too; call `exported` when a span is handed on and `forget` when
 * the session's span has ended.
 */
export function createSessionMemory(masker: Masker, options: SessionMemoryOptions = {}): SessionMemory {
  return new BoundedMemory(guardMasker(masker), options);
}

class BoundedMemory implements SessionMemory {
  readonly #masker: Masker;
  readonly #options: SessionMemoryOptions;
  readonly #sessions = new Map<string, Session>();

  constructor(masker: Masker, options: SessionMemoryOptions) {
    this.#masker = masker;
    this.#options = options;
  }

  observe(sessionId: string, key: string, text: string, speaker: Speaker): Observation {
    const session = this.#session(sessionId);
    if (typeof text !== 'string' || text.length > MAX_TEXT) {
      return { masked: this.#masker.mask(text), remask: [] };
    }
    const current = this.#place(session, key, text, speaker);
    const row = session.said.filter((said) => said.speaker === speaker);
    const regions = this.#regionsOf(row);
    const remask: { key: string; masked: string }[] = [];
    row.forEach((said, i) => {
      const masked = maskRegions(said.text, regions[i] ?? [], this.#masker, said.expecting);
      if (said !== current && !said.exported && masked !== said.masked)
        remask.push({ key: said.key, masked });
      if (!said.exported) said.masked = masked;
    });
    return { masked: current.masked, remask };
  }

  exported(sessionId: string, key: string): void {
    const said = this.#sessions.get(sessionId)?.said.find((item) => item.key === key);
    if (said !== undefined) said.exported = true;
  }

  forget(sessionId: string): void {
    this.#sessions.delete(sessionId);
  }

  /** The session, moved to the end of those that are remembered. */
  #session(sessionId: string): Session {
    const session = this.#sessions.get(sessionId) ?? { said: [], expecting: undefined, sincePrompt: 0 };
    this.#sessions.delete(sessionId);
    this.#sessions.set(sessionId, session);
    if (this.#sessions.size > (this.#options.maxSessions ?? MAX_SESSIONS)) {
      this.#sessions.delete(this.#sessions.keys().next().value ?? sessionId);
    }
    return session;
  }

  #place(session: Session, key: string, text: string, speaker: Speaker): Said {
    const known = session.said.find((said) => said.key === key && said.speaker === speaker);
    if (known !== undefined) {
      known.text = text;
      known.exported = false;
      return known;
    }
    const lexicon = lexiconOf(this.#options.locales ?? LOCALE_NAMES);
    const prompted = speaker === 'agent' ? promptedNumber(text, lexicon) : undefined;
    if (prompted !== undefined) {
      session.expecting = prompted;
      session.sincePrompt = 0;
    } else {
      session.sincePrompt += 1;
      if (session.sincePrompt > PROMPT_REACH) session.expecting = undefined;
    }
    const expecting = prompted === undefined ? session.expecting : undefined;
    const said: Said = { key, speaker, text, masked: text, expecting, exported: false };
    session.said.push(said);
    if (session.said.length > MAX_TEXTS) session.said.shift();
    return said;
  }

  /** What is found when the texts are read as one, in offsets of each text. */
  #regionsOf(row: readonly Said[]): Detection[][] {
    const found = this.#masker.detect(row.map((said) => said.text).join(SEAM));
    let from = 0;
    return row.map((said) => {
      const to = from + said.text.length;
      const regions = found
        .filter((region) => region.start < to && region.end > from)
        .map(({ type, start, end }) => ({
          type,
          start: Math.max(start, from) - from,
          end: Math.min(end, to) - from,
        }));
      from = to + SEAM.length;
      return regions.filter((region) => region.end > region.start);
    });
  }
}

/** Masks the given regions, then whatever else the masker finds in the text by itself. */
function maskRegions(
  text: string,
  regions: readonly Detection[],
  masker: Masker,
  expecting: MaskContext['expecting'],
): string {
  const alone = masker.detect(text, { expecting });
  const all = [...regions, ...alone].sort((a, b) => a.start - b.start || b.end - a.end);
  const parts: string[] = [];
  let copied = 0;
  for (const region of all) {
    if (region.start < copied) {
      // Overlaps the region before it, which is masked whole.
      copied = Math.max(copied, region.end);
      continue;
    }
    parts.push(text.slice(copied, region.start), placeholder(region.type));
    copied = region.end;
  }
  parts.push(text.slice(copied));
  return masker.mask(parts.join(''), { expecting });
}

import { guardMasker } from './guarded.js';
import { type Lexicon, LOCALE_NAMES, type LocaleName, lexiconOf } from './lexicon.js';
import type { LocaleTable } from './locales/table.js';
import { mergeRegions } from './merge-regions.js';
import { promptedNumber } from './prompt.js';
import { RepeatMasker } from './repeat-masker.js';
import { maskedWords, type Utterance, wordsOf } from './repeats.js';
import { type QuickLook, quickLookOf } from './steady.js';
import { overSeam, SEAM } from './together.js';
import type { Detection, MaskContext, Masker } from './types.js';

/** Who said a text. */
export type Speaker = 'user' | 'agent';

/** A text that was said. */
export interface SaidText {
  /** Names the text, for instance a turn or span id; the same key again replaces the text, as a growing partial does. */
  readonly key: string;
  readonly text: string;
  readonly speaker: Speaker;
  /** The turn in which it was said; by default a turn of its own. */
  readonly turn?: string | undefined;
  /** The text is one of several that make up the turn, such as a final of the recogniser. */
  readonly isPart?: boolean | undefined;
}

/** A bounded memory of what was said in each session. */
export interface SessionMemory {
  /**
   * Tells what was said: the raw text, in the order of speech.
   *
   * @param sessionId - the session; the one unused longest is forgotten first
   * @returns the words, in lower case, that are masked in this session from now on and were not before: what was masked
   * earlier and holds any of them has to be masked anew
   */
  observe(sessionId: string, said: SaidText): readonly string[];
  /**
   * The masker for everything that belongs to the session: it masks what repeats a part of a dictated value too. The
   * masker itself where nothing was dictated in parts.
   *
   * @param key - of the text whose variants (partial results) are to be masked: they are read with a low threshold where
   * the text itself holds a part of a dictated value
   */
  maskerOf(sessionId: string, key?: string): Masker;
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
/** Texts remembered for each session: those of some ten turns with their parts. */
const MAX_TEXTS = 48;
/** Longer texts are masked by themselves only, in UTF-16 code units. */
const MAX_TEXT = 2_048;
/** A text that is replaced, and the parts of a turn that has ended, are among so many last texts. */
const LATELY = 16;
/** Texts of a session that hold parts of dictated values; beyond, the oldest is forgotten. */
const MAX_UTTERANCES = 32;
/** After a prompt for a number, so many turns are read with a low threshold. */
const PROMPT_REACH = 8;
/** Characters on either side of a text that are read with it, in whole texts: more than an overlong number takes. */
const NEAR = 320;

const NOTHING: readonly string[] = [];

type Expectation = NonNullable<MaskContext['expecting']>;

interface Said {
  readonly key: string;
  readonly turn: string;
  readonly speaker: Speaker;
  readonly isPart: boolean;
  text: string;
  /** What is masked of it because of what was said around it. */
  regions: readonly Detection[];
  /** What it asks for; `false` until that is looked at. */
  prompt: Expectation | undefined | false;
}

class Session {
  readonly said: Said[] = [];
  readonly utterances = new Map<string, Utterance>();
}

/**
 * Makes the memory that finds numbers and addresses dictated over several turns, partials or finals ("four one
 * five" … "five five five" … "oh one two three"). It reads the last texts of one speaker as one text, and reads
 * digits with a low threshold after the other has asked for a number. All that it keeps is bounded, and nothing
 * it keeps leaves it unmasked.
 */
export function createSessionMemory(masker: Masker, options: SessionMemoryOptions = {}): SessionMemory {
  return new BoundedMemory(masker, options);
}

class BoundedMemory implements SessionMemory {
  readonly #given: Masker;
  readonly #masker: Masker;
  readonly #look: QuickLook | undefined;
  readonly #options: SessionMemoryOptions;
  #lexicon: Lexicon | undefined;
  readonly #sessions = new Map<string, Session>();
  /** The one used last. */
  #last: Session | undefined;
  #lastId: string | undefined;

  constructor(masker: Masker, options: SessionMemoryOptions) {
    this.#given = masker;
    this.#masker = guardMasker(masker);
    this.#look = quickLookOf(this.#masker);
    this.#options = options;
  }

  observe(sessionId: string, said: SaidText): readonly string[] {
    const { text } = said;
    if (typeof text !== 'string' || text === '' || text.length > MAX_TEXT) return NOTHING;
    const session = this.#session(sessionId);
    const current = place(session, said);
    if (repeatsItsPart(session, current) || this.#look?.mayHoldPart(text) === false) return NOTHING;
    // Fewer than three digits are not masked by themselves, whatever was asked for.
    const isQuiet = this.#look?.isQuiet(text, 0, text.length, true) === true;
    const expecting = isQuiet ? undefined : this.#expected(session, current);
    const found = new Map<Said, Detection[]>();
    if (expecting !== undefined) found.set(current, this.#masker.detect(text, { expecting }));
    this.#readAround(session, current, expecting, found);
    const words: string[] = [];
    for (const [one, regions] of found) {
      if (regions.length === 0 || !this.#mark(session, one, regions)) continue;
      words.push(...maskedWords(wordsOf(one.text), one.regions));
    }
    return words;
  }

  maskerOf(sessionId: string, key?: string): Masker {
    const session = this.#sessions.get(sessionId);
    if (session === undefined || session.utterances.size === 0) return this.#given;
    const variant = key === undefined ? undefined : session.said.find((said) => said.key === key);
    const type = variant?.regions[0]?.type;
    return new RepeatMasker(
      this.#masker,
      [...session.utterances.values()],
      type === undefined ? undefined : asked(type),
    );
  }

  forget(sessionId: string): void {
    this.#sessions.delete(sessionId);
    if (this.#lastId !== sessionId) return;
    this.#last = undefined;
    this.#lastId = undefined;
  }

  /** The session, moved to the end of those that are remembered. */
  #session(sessionId: string): Session {
    if (this.#last !== undefined && this.#lastId === sessionId) return this.#last;
    const session = this.#sessions.get(sessionId) ?? new Session();
    this.#sessions.delete(sessionId);
    this.#sessions.set(sessionId, session);
    if (this.#sessions.size > (this.#options.maxSessions ?? MAX_SESSIONS)) {
      this.#sessions.delete(this.#sessions.keys().next().value ?? sessionId);
    }
    this.#last = session;
    this.#lastId = sessionId;
    return session;
  }

  /** What was asked for in the turns before a text, the last prompt first. A prompt itself answers none. */
  #expected(session: Session, current: Said): Expectation | undefined {
    const isPrompt = current.speaker === 'agent' && this.#promptOf(current) !== undefined;
    if (isPrompt) return undefined;
    const turns = new Set<string>();
    for (let i = session.said.indexOf(current); i >= 0; i -= 1) {
      const said = session.said[i];
      // The turn's own text comes after its parts and says the same.
      if (said === undefined || (said.isPart && turns.has(said.turn))) continue;
      turns.add(said.turn);
      if (turns.size > PROMPT_REACH + 1) return undefined;
      const prompt = said.speaker === 'agent' ? this.#promptOf(said) : undefined;
      if (prompt !== undefined) return prompt;
    }
    return undefined;
  }

  #promptOf(said: Said): Expectation | undefined {
    if (said.prompt === false) {
      this.#lexicon ??= lexiconOf(this.#options.locales ?? LOCALE_NAMES);
      said.prompt = promptedNumber(said.text, this.#lexicon);
    }
    return said.prompt;
  }

  /** Finds what lies over the seams next to a text when it is read together with those around it. */
  #readAround(
    session: Session,
    current: Said,
    expecting: Expectation | undefined,
    found: Map<Said, Detection[]>,
  ): void {
    const row = rowAround(session.said, current);
    if (row.length < 2) return;
    const joined = row.map((said) => said.text).join(SEAM);
    const context = expecting === undefined ? undefined : { expecting };
    let from = 0;
    const starts = row.map((said) => {
      const start = from;
      from += said.text.length + SEAM.length;
      return start;
    });
    const at = row.indexOf(current);
    const regions: Detection[] = [];
    for (const start of [starts[at], starts[at + 1]]) {
      if (start === undefined || start === 0) continue;
      regions.push(...overSeam(joined, start - SEAM.length, this.#masker, this.#look, context));
    }
    row.forEach((said, i) => {
      const start = starts[i] ?? 0;
      const inside = clip(regions, start, start + said.text.length);
      if (inside.length > 0) found.set(said, [...inside, ...(found.get(said) ?? [])]);
    });
  }

  /** Remembers what is masked of a text; whether that is more than its words alone and what is known tell. */
  #mark(session: Session, said: Said, regions: readonly Detection[]): boolean {
    const alone = this.#masker.detect(said.text);
    const known = [...alone, ...said.regions];
    if (regions.every((region) => isWithin(region, known))) return false;
    // What was found last was found in the longest text, which tells best what it is: it comes first.
    said.regions = mergeRegions([...regions, ...known]);
    session.utterances.delete(said.text);
    session.utterances.set(said.text, { words: wordsOf(said.text), regions: said.regions });
    if (session.utterances.size > MAX_UTTERANCES)
      session.utterances.delete(session.utterances.keys().next().value ?? '');
    return true;
  }
}

function place(session: Session, { key, text, speaker, turn, isPart }: SaidText): Said {
  for (let i = session.said.length - 1; i >= Math.max(0, session.said.length - LATELY); i -= 1) {
    const known = session.said[i];
    if (known === undefined || known.key !== key || known.speaker !== speaker) continue;
    if (known.text !== text) {
      known.text = text;
      known.regions = [];
      known.prompt = false;
    }
    return known;
  }
  const said: Said = {
    key,
    turn: turn ?? key,
    speaker,
    isPart: isPart === true,
    text,
    regions: [],
    prompt: false,
  };
  session.said.push(said);
  if (session.said.length > MAX_TEXTS) session.said.shift();
  return said;
}

/** Whether a turn says no more than its only part, which was read before it. */
function repeatsItsPart({ said }: Session, current: Said): boolean {
  if (current.isPart) return false;
  let part: Said | undefined;
  for (let i = said.length - 1; i >= Math.max(0, said.length - LATELY); i -= 1) {
    const one = said[i];
    if (one === undefined || !one.isPart || one.turn !== current.turn || one.speaker !== current.speaker)
      continue;
    if (part !== undefined) return false;
    part = one;
  }
  if (part === undefined || part.text !== current.text) return false;
  current.regions = part.regions;
  return true;
}

/**
 * What the speaker of a text said around it: of each turn its own text or else its parts, of the turn of a part its parts.
 */
function rowAround(all: readonly Said[], current: Said): Said[] {
  const row: Said[] = [];
  /** Turns whose own text is in the row; it comes after the parts. */
  const whole: string[] = [];
  let before = NEAR;
  for (let i = all.length - 1; i >= 0 && before > 0; i -= 1) {
    const said = all[i];
    if (said === undefined || said.speaker !== current.speaker) continue;
    const isOwn = current.isPart && said.turn === current.turn;
    if (isOwn ? !said.isPart : said.isPart && whole.includes(said.turn)) continue;
    if (!said.isPart) whole.push(said.turn);
    row.push(said);
    if (said !== current && row.includes(current)) before -= said.text.length;
  }
  return row.reverse();
}

/** The parts of regions between two places, in offsets from the first. */
function clip(regions: readonly Detection[], from: number, to: number): Detection[] {
  return regions
    .filter(({ start, end }) => start < to && end > from)
    .map(({ type, start, end }) => ({
      type,
      start: Math.max(start, from) - from,
      end: Math.min(end, to) - from,
    }));
}

function isWithin({ type, start, end }: Detection, regions: readonly Detection[]): boolean {
  return regions.some((region) => region.type === type && region.start <= start && region.end >= end);
}

function asked(type: string): Expectation {
  return type === 'phone' || type === 'credit_card' || type === 'ssn' ? type : 'number';
}

import type { Lexicon } from './lexicon.js';
import { normalize } from './normalize.js';
import { TokenList } from './tokens.js';
import type { MaskContext } from './types.js';

type Expectation = NonNullable<MaskContext['expecting']>;

/** A prompt is short, or stands at the end of what was said. */
const MAX_PROMPT = 400;
/** "could I have", "what's", "tell me": without such a word a number is only spoken of. */
const ASKING =
  /[?\u061f]|\b(?:what|what's|which|give|tell|have|provide|share|spell|say|read|enter|confirm|repeat|need|may i|can i|could|please|dígame|cuál|dame|wie|nennen|geben|quel|quelle|donnez|kya|bataiye|bataye)\b|क्या|बताइए|बताएं/iu;

/** What kind of number a text asks for, or `undefined` when it asks for none. */
export function promptedNumber(text: string, lexicon: Lexicon): Expectation | undefined {
  const { text: normal } = normalize(text.slice(-MAX_PROMPT));
  if (!ASKING.test(normal)) return undefined;
  const tokens = new TokenList(normal, lexicon);
  let found: Expectation | undefined;
  for (let i = 0; i < tokens.length; i += 1) {
    const cues = tokens.at(i)?.entry?.cues;
    if (cues === undefined) continue;
    const before = tokens.at(i - 1)?.entry?.cues;
    if (cues.has('credit_card')) found = 'credit_card';
    else if (cues.has('ssn')) found = 'ssn';
    else if (cues.has('phone')) found = 'phone';
    else if (cues.has('number') && before?.has('id') !== true) found ??= 'number';
    else if (cues.has('id') && tokens.at(i + 1)?.entry?.cues?.has('number') === true) return undefined;
  }
  return found;
}

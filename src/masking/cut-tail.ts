import type { Tokenized } from './email-signs.js';
import type { Finding } from './finding.js';
import type { NumberChain } from './number-chain.js';
import { accountBefore } from './spoken-email.js';

/** An address has at most so many characters in front of its sign. */
const MAX_TAIL = 128;
const LAST_PIECE = /[^\s"'<>()[\]{},;:]{1,128}$/u;

/**
 * What a cut text may have lost the end of: the last piece without spaces, the digits that it ends in, and the
 * start of an address that was being dictated.
 */
export function findCutTail(source: Tokenized, chains: readonly NumberChain[]): Finding[] {
  const { text, tokens } = source;
  const piece = LAST_PIECE.exec(text.slice(-MAX_TAIL))?.[0] ?? '';
  const starts = [text.length - piece.length];
  const last = chains[chains.length - 1];
  const number = last?.[last.length - 1];
  if (last !== undefined && number !== undefined && isAtEnd(source, number.to))
    starts.push(last[0]?.start ?? text.length);
  const account = accountBefore(source, tokens.length);
  if (account !== undefined) starts.push(tokens.at(account)?.start ?? text.length);
  const start = Math.min(...starts);
  return start < text.length ? [{ type: 'cut', start, end: text.length, value: text.slice(start) }] : [];
}

/** Nothing but signs and the word that was cut follows: "four on" may have been "four one". */
function isAtEnd({ tokens }: Tokenized, from: number): boolean {
  for (let i = from; i < tokens.length - 1; i += 1) if (tokens.at(i)?.kind !== 'symbol') return false;
  return true;
}

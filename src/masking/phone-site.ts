import type { Cue } from './cues.js';
import type { NumberChain } from './number-chain.js';
import { isAreaInService } from './regions.js';
import type { TokenList } from './tokens.js';

/** A place in a chain with what surrounds it. */
export interface Site {
  readonly text: string;
  readonly tokens: TokenList;
  readonly chain: NumberChain;
  readonly i: number;
  readonly cue: Cue | undefined;
  /** The element before belongs to something that was already recognised. */
  readonly fresh: boolean;
}

/** Whether a telephone is spoken of. */
export function isTold(cue: Cue | undefined): boolean {
  return cue?.kind === 'phone' || cue?.kind === 'call';
}

/** Ten digits whose area code is in service and whose exchange can exist. */
export function isNanpNumber(digits: string): boolean {
  return (
    digits.length === 10 &&
    isAreaInService(digits.slice(0, 3)) &&
    /^[2-9](?!11)\d\d$/.test(digits.slice(3, 6))
  );
}

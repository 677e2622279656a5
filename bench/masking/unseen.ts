import { readFileSync } from 'node:fs';
import type { Utterance } from '../../scripts/masking/corpus.js';

/** A text of the hand-written set. */
export interface UnseenText extends Omit<Utterance, 'part'> {
  /** Regions of national telephone numbers, where they are not the default. */
  readonly regions: readonly string[] | undefined;
}

/** The hand-written sets under `test/fixtures/masking`. */
export const UNSEEN_SETS = [
  'unseen.txt',
  'unseen-second.txt',
  'unseen-third.txt',
  'unseen-fourth.txt',
] as const;

const FORMS = { w: 'written', s: 'spoken', n: 'none' } as const;
const LINE = /^(?<form>[wsn])(?:@(?<regions>[A-Z,]+))? (?<text>.+)$/;
const MARK = /<<(?<type>[a-z_]+):(?<value>.*?)>>/g;

/** Reads a hand-written set, whose form is described in the first lines of `unseen.txt`. */
export function readUnseen(name: (typeof UNSEEN_SETS)[number]): UnseenText[] {
  const file = new URL(`../../test/fixtures/masking/${name}`, import.meta.url);
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parse);
}

function parse(line: string): UnseenText {
  const { form, regions, text = '' } = LINE.exec(line)?.groups ?? {};
  if (form !== 'w' && form !== 's' && form !== 'n') throw new Error(`not a line of the set: ${line}`);
  const spans: { type: string; start: number; end: number }[] = [];
  let plain = '';
  let copied = 0;
  for (const match of text.matchAll(MARK)) {
    const { type = '', value = '' } = match.groups ?? {};
    plain += text.slice(copied, match.index);
    spans.push({ type, start: plain.length, end: plain.length + value.length });
    plain += value;
    copied = match.index + match[0].length;
  }
  plain += text.slice(copied);
  return { text: plain, form: FORMS[form], spans, regions: regions?.split(',') };
}

import type { Masker } from 'voice-otel';
import type { Utterance } from '../../scripts/masking/corpus.js';
import type { Peer } from './peers.js';

/** Results for one type and form. */
export interface Score {
  readonly label: string;
  /** Values. */
  readonly values: number;
  /** Share of values of which no letter or digit is left. */
  readonly recall: number;
  /** Share of detections of the type that touch a labelled value; `undefined` where offsets are not known. */
  readonly precision: number | undefined;
}

export interface Quality {
  readonly scores: readonly Score[];
  /** Share of texts without personal data in which something was changed. */
  readonly touched: number;
}

function covers(text: string, start: number, end: number, isMasked: (at: number) => boolean): boolean {
  for (let at = start; at < end; at += 1) {
    if (/[\p{L}\p{N}]/u.test(text.charAt(at)) && !isMasked(at)) return false;
  }
  return true;
}

/** Scores our masker by the offsets of its detections. */
export function scoreMasker(masker: Masker, utterances: readonly Omit<Utterance, 'part'>[]): Quality {
  const tallies = new Map<string, { values: number; full: number; hits: number; false: number }>();
  const tally = (label: string): { values: number; full: number; hits: number; false: number } => {
    const known = tallies.get(label) ?? { values: 0, full: 0, hits: 0, false: 0 };
    tallies.set(label, known);
    return known;
  };
  let negatives = 0;
  let touched = 0;
  for (const { text, form, spans } of utterances) {
    const found = masker.detect(text);
    if (form === 'none') {
      negatives += 1;
      if (found.length > 0) touched += 1;
    }
    for (const span of spans) {
      const entry = tally(`${span.type} ${form}`);
      entry.values += 1;
      if (covers(text, span.start, span.end, (at) => found.some((d) => d.start <= at && at < d.end)))
        entry.full += 1;
    }
    for (const { type, start, end } of found) {
      const hit = spans.some((span) => span.start < end && start < span.end);
      for (const other of form === 'none' ? ['written', 'spoken'] : [form]) {
        const entry = tally(`${type} ${other}`);
        if (hit) entry.hits += 1;
        else entry.false += 1;
      }
    }
  }
  const scores = [...tallies].map(([label, { values, full, hits, false: wrong }]) => ({
    label,
    values,
    recall: full / values,
    precision: hits / Math.max(1, hits + wrong),
  }));
  return { scores: scores.filter((score) => score.values > 0), touched: touched / negatives };
}

/** Scores a peer by what it changed: everything from the first to the last change counts as masked, in its favour. */
export async function scorePeer(
  peer: Peer,
  utterances: readonly Omit<Utterance, 'part'>[],
): Promise<Quality> {
  const tallies = new Map<string, { values: number; full: number }>();
  let negatives = 0;
  let touched = 0;
  for (const { text, form, spans } of utterances) {
    const redacted = await peer.redact(text);
    if (form === 'none') {
      negatives += 1;
      if (redacted !== text) touched += 1;
    }
    const changed = changedRange(text, redacted);
    for (const span of spans) {
      const label = `${span.type} ${form}`;
      const entry = tallies.get(label) ?? { values: 0, full: 0 };
      tallies.set(label, entry);
      entry.values += 1;
      if (covers(text, span.start, span.end, (at) => at >= changed[0] && at < changed[1])) entry.full += 1;
    }
  }
  const scores = [...tallies].map(([label, { values, full }]) => ({
    label,
    values,
    recall: full / values,
    precision: undefined,
  }));
  return { scores, touched: touched / negatives };
}

function changedRange(text: string, redacted: string): [number, number] {
  if (text === redacted) return [0, 0];
  let start = 0;
  while (start < text.length && text.charAt(start) === redacted.charAt(start)) start += 1;
  let tail = 0;
  const most = Math.min(text.length, redacted.length) - start;
  while (tail < most && text.charAt(text.length - 1 - tail) === redacted.charAt(redacted.length - 1 - tail))
    tail += 1;
  return [start, text.length - tail];
}

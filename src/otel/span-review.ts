import { copySpan } from './span-copy.js';
import type { ReadableSpanLike } from './types.js';

/**
 * What a source makes of a finished span that may record the same as its own: `ship` it, `ship without usage`, so that no
 * back end counts its tokens a second time, or `leave out`. `undefined`: not its business.
 */
export type SpanVerdict = 'ship' | 'ship without usage' | 'leave out';

export type SpanReview = (span: ReadableSpanLike) => SpanVerdict | undefined;

const reviews = new Set<SpanReview>();
let asked = false;

/** Has every finished span looked at before our processors ship it. */
export function addSpanReview(review: SpanReview): void {
  reviews.add(review);
}

/** The verdict of the first review that has one; `ship` where none has. */
export function reviewSpan(span: ReadableSpanLike): SpanVerdict {
  asked = true;
  for (const review of reviews) {
    const verdict = review(span);
    if (verdict !== undefined) return verdict;
  }
  return 'ship';
}

/** Whether a processor of ours has seen a span end in this process. */
export function hasProcessor(): boolean {
  return asked;
}

/** What `ship without usage` takes away: tokens, and the model by which some back ends count them anew. */
const USAGE = /^gen_ai\.(usage\.|(request|response)\.model$)/;

/** A copy of a span without what back ends count and price. Marks that processors of ours left on it stay. */
export function withoutUsage(span: ReadableSpanLike): ReadableSpanLike {
  const attributes = Object.fromEntries(Object.entries(span.attributes).filter(([key]) => !USAGE.test(key)));
  const copy = copySpan(span, { attributes });
  for (const mark of Object.getOwnPropertySymbols(span)) {
    const descriptor = Object.getOwnPropertyDescriptor(span, mark);
    if (descriptor !== undefined) Object.defineProperty(copy, mark, descriptor);
  }
  return copy;
}

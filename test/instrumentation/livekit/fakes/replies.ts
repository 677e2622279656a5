import type { Reply } from './model.js';

/** Long enough to be interrupted: 2280 ms. */
export const STORY = 'Once upon a time there was a very long story that went on and on and on for ever.';

/** The reply to the first pattern that the question matches. */
export const answers =
  (...replies: [pattern: RegExp, reply: Reply][]): ((question: string) => Reply) =>
  (question) =>
    replies.find(([pattern]) => pattern.test(question))?.[1] ?? { text: 'I see what you mean.' };

/** Tells a story, and stops when it is told to. */
export const story: (question: string) => Reply = answers(
  [/story/, { text: STORY }],
  [/stop/, { text: 'Okay I stopped.' }],
);

/** A sentence of the call: its text, and the recording of it under `audio/`. */
export interface Line {
  readonly recording: string;
  /** As a recogniser with smart formatting, or a model, would write it. */
  readonly text: string;
  /** How to pronounce it, where that differs from the text. Read by `scripts/demo-audio/make.ts`. */
  readonly spoken?: string;
}

/** What the caller says, in order. The third line interrupts the agent. */
export const callerLines = {
  question: { recording: 'caller-1-question.wav', text: 'Hi, do you ship decaf to Canada?' },
  order: {
    recording: 'caller-2-order.wav',
    text: 'Where is my order 4712?',
    spoken: 'Where is my order forty-seven twelve?',
  },
  bargeIn: {
    recording: 'caller-3-barge-in.wav',
    text: 'Great, mail that to ana@example.com.',
    spoken: 'Great mail that to ana at example dot com.',
  },
  goodbye: { recording: 'caller-4-goodbye.wav', text: 'No, thank you.' },
} as const satisfies Record<string, Line>;

/** What the agent says, a recording a sentence. */
export const agentLines = {
  hello: { recording: 'agent-1-hello.wav', text: 'Hello, this is Harbor Coffee.' },
  help: { recording: 'agent-2-help.wav', text: 'How can I help?' },
  shipping: { recording: 'agent-3-shipping.wav', text: 'Yes, and it takes about five days.' },
  orderLeft: {
    recording: 'agent-4-order-left.wav',
    text: 'Order 4712 left on Monday.',
    spoken: 'Order forty-seven twelve left on Monday.',
  },
  orderArrives: {
    recording: 'agent-5-order-arrives.wav',
    text: 'It is with the carrier now, and it should reach you tomorrow between nine in the morning and noon.',
  },
  mailed: { recording: 'agent-6-mailed.wav', text: 'Done, it is on its way.' },
  anythingElse: { recording: 'agent-7-anything-else.wav', text: 'Anything else?' },
  goodbye: { recording: 'agent-8-goodbye.wav', text: 'Thank you, goodbye.' },
} as const satisfies Record<string, Line>;

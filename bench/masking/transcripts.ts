/** Ordinary turns of a support call, written for this bench; no personal data, as most turns are. */
export const TURNS: readonly string[] = [
  'hi yes I was calling because the package I ordered last week still has not shown up',
  'Thanks for calling, I am sorry to hear that. Let me have a look at it for you.',
  'it said two to three business days and now it is almost ten days',
  'I can see the order left our warehouse on Monday, so it should be with the carrier.',
  'okay so is there anything you can do about it or do I just have to wait',
  'One moment please, I am checking with the carrier. Are you at home during the day?',
  'um mostly in the mornings yeah, I leave at around one and I am back by six',
  'Great. They can try again tomorrow between nine and twelve, would that work?',
  'that works but could they leave it at the door at the back if nobody opens',
  'Of course, I will add a note. Is there anything else I can help you with today?',
  'yes actually, I was charged twice for the shipping, seven ninety nine and then again',
  'You are right, I see two charges. I will refund one of them, it takes three to five days.',
  'perfect, and do I get an email about that',
  'Yes, you will get a confirmation at the address we have on file within the hour.',
  'alright that is all I needed, you have been really helpful, thank you so much',
  'You are welcome. Have a great day and thank you for being a customer since 2019.',
];

/** Texts of three turns each, every one different: what was seen before must not make a library quick. */
export function differentTexts(count: number): string[] {
  const texts: string[] = [];
  const n = TURNS.length;
  for (let i = 0; texts.length < count && i < n * n * n; i += 1) {
    const [a, b, c] = [i % n, Math.floor(i / n) % n, Math.floor(i / (n * n))];
    if (a !== b && b !== c && a !== c) texts.push([TURNS[a], TURNS[b], TURNS[c]].join(' '));
  }
  return texts;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const ANSWERS: Readonly<Record<string, string>> = {
  'Will it rain?': 'No, it stays dry.',
  'And tomorrow?': 'Tomorrow it pours.',
};

/** Stands in for a recogniser. An utterance is its own text here, of a second and a half. */
export async function transcribe(utterance: string): Promise<{ text: string; duration: number }> {
  await wait(200);
  return { text: utterance, duration: 1.5 };
}

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content: string } }[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

/** Stands in for a model that streams its answer, as OpenAI's chat completions do. */
export async function* complete(
  messages: readonly { role: string; content: string }[],
): AsyncGenerator<Chunk> {
  const question = messages.at(-1)?.content ?? '';
  await wait(250);
  for (const word of (ANSWERS[question] ?? 'I do not know.').split(/(?<= )/)) {
    yield { choices: [{ delta: { content: word } }] };
    await wait(20);
  }
  yield { choices: [], usage: { prompt_tokens: 40, completion_tokens: 6 } };
}

/** Stands in for a synthesiser: 50 ms of audio for a character. */
export async function speak(text: string): Promise<Uint8Array> {
  await wait(150);
  return new Uint8Array(text.length * 50 * 48);
}

import type { PromptMessage } from '../messages.js';
import type { Exchange } from './exchange.js';

/** What the agent said in an exchange: to the synthesiser, else what the model gave. */
export function generatedText({ llms, ttss }: Exchange): string | undefined {
  const spoken = ttss.flatMap(({ text }) => (text === undefined ? [] : [text.trim()]));
  const texts =
    spoken.length > 0 ? spoken : llms.flatMap(({ output }) => (output === undefined ? [] : [output.trim()]));
  return texts.length === 0 ? undefined : texts.join(' ');
}

/**
 * What was heard of a reply that was cut off: Pipecat puts the words that were spoken into the next prompt. The
 * latest message of the assistant there that the generated text begins with; `undefined` where there is none.
 */
export function heardText(generated: string, next: readonly PromptMessage[] | undefined): string | undefined {
  const whole = bare(generated);
  return replies(next ?? []).findLast((text) => bare(text) !== '' && whole.startsWith(bare(text)));
}

/** What the assistant said between two messages of anybody else's, tools aside. */
function replies(messages: readonly PromptMessage[]): string[] {
  const texts: string[] = [];
  let goesOn = false;
  for (const { role, text } of messages) {
    if (role === 'tool' || (role === 'assistant' && text === '')) continue;
    const before = goesOn ? texts.pop() : undefined;
    goesOn = role === 'assistant';
    if (goesOn) texts.push(before === undefined ? text.trim() : `${before} ${text.trim()}`);
    else if (before !== undefined) texts.push(before);
  }
  return texts;
}

/** Synthesisers and models join words differently. */
function bare(text: string): string {
  return text.replace(/\s+/g, '');
}

import { describe, expect, it } from 'vitest';
import type { RtviMessage } from '../../../src/instrumentation/rtvi/messages.js';
import { observeRtvi } from '../../../src/instrumentation/rtvi/observe.js';
import type { ReadableSpanLike } from '../../../src/otel/types.js';
import { expectConformant, recorder, SetClock, scenarios, turnsSeen } from '../pipeline/conversation.js';
import { type MessageLine, recordedMessages, replayMessages } from './replay.js';

async function replay(lines: readonly MessageLine[]): Promise<ReadableSpanLike[]> {
  const clock = new SetClock();
  const { tracer, spans } = recorder(clock);
  function* received(): Generator<RtviMessage> {
    for (const { t, message } of lines) {
      clock.now = t * 1000;
      yield message;
    }
  }
  await observeRtvi(received(), { agentId: 'recorded', tracer }).done;
  expectConformant(spans);
  return spans;
}

/** What server 2.2 says besides what 2.1 says. */
const NEWER = new Set(['user-input', 'stt-raw-text', 'llm-raw-text', 'tts-raw-text', 'bot-llm-marker']);

const VARIATIONS: Readonly<Record<string, (lines: readonly MessageLine[]) => MessageLine[]>> = {
  'between messages of types that nobody knows': (lines) =>
    lines.flatMap((line) => [
      line,
      { t: line.t, message: { type: 'bot-mood', data: { text: 'calm', final: true } } },
    ]),
  'without what only newer servers say': (lines) => lines.filter(({ message }) => !NEWER.has(message.type)),
  'ten hours later': (lines) => lines.map(({ t, message }) => ({ t: t + 36_000, message })),
  'with other ids': (lines) =>
    lines.map(({ t, message }) => ({ t, message: { ...message, id: `other-${t}` } })),
};

describe.each(Object.entries(VARIATIONS))('messages %s', (_name, vary) => {
  it.each(scenarios)('tell %s as it was', async (scenario) => {
    const seen = turnsSeen(await replay(vary(recordedMessages(scenario))));
    expect(seen).toEqual(turnsSeen(await replayMessages(scenario)));
  });
});

describe('a client that joins late', () => {
  it.each(scenarios)('tells what is left of %s', async (scenario) => {
    const lines = recordedMessages(scenario);
    const whole = turnsSeen(await replay(lines));
    const started = lines.flatMap(({ message }, index) =>
      message.type === 'user-started-speaking' ? [index] : [],
    );
    for (const from of started) {
      // The agent was silent and the user before was answered: nothing before reaches over.
      const before = lines
        .slice(0, from)
        .findLast(({ message }) => /^bot-(started|stopped)-speaking$/.test(message.type));
      const since = lines
        .slice(0, from)
        .findLast(({ message }) => /^(bot-stopped-speaking|user-stopped-speaking)$/.test(message.type));
      if (before?.message.type !== 'bot-stopped-speaking' || since !== before) continue;
      const seen = turnsSeen(await replay(lines.slice(from)));
      const left = whole.slice(whole.length - seen.length);
      const plain = (turns: typeof whole): unknown[] =>
        turns.map(({ speaker, transcript, interrupted }) => [speaker, transcript, interrupted]);
      expect(plain(seen), `from message ${from}`).toEqual(plain(left));
      expect(seen[0]?.speaker).toBe('user');
    }
  });
});

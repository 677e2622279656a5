import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callUrl } from './support/reading.js';
import { inBrowser } from './support/suite.js';
import { Folder, Viewer } from './support/viewer.js';

const RECORDINGS = fileURLToPath(new URL('../../fixtures/pipecat/', import.meta.url));
/** Spans of no conversation: turn tracking was off. */
const WITHOUT_A_CALL = 'no-turn-tracking';

interface ExpectedTurn {
  readonly speaker: 'user' | 'agent';
  readonly transcript: string | null;
  readonly interrupted: boolean;
}

interface Expected {
  readonly turns: readonly ExpectedTurn[];
  readonly blanks: {
    readonly spans: readonly { readonly turn: number | 'all'; readonly fields: readonly string[] }[];
  };
}

const SCENARIOS = readdirSync(RECORDINGS).filter(
  (name) => name !== WITHOUT_A_CALL && existsSync(`${RECORDINGS}${name}/otlp`),
);

inBrowser('recorded conversations of Pipecat', ({ open }) => {
  const folder = new Folder();
  let viewer: Viewer;
  let sessions: readonly { readonly sessionId: string; readonly startTime: number }[];

  beforeAll(async () => {
    for (const name of SCENARIOS) writeFileSync(folder.file(`${name}.jsonl`), linesOf(name));
    viewer = await Viewer.start([...SCENARIOS.map((name) => folder.file(`${name}.jsonl`)), '--memory']);
    const answer: { sessions: typeof sessions } = await (await fetch(`${viewer.origin}/api/sessions`)).json();
    sessions = answer.sessions;
  });

  afterAll(async () => {
    await viewer?.stop();
    folder.remove();
  });

  /** The call that began closest to the moment, which lies seconds before its first span at most. */
  function callAt(startTime: number): string {
    const away = (session: { readonly startTime: number }): number => Math.abs(session.startTime - startTime);
    const [nearest] = [...sessions].sort((a, b) => away(a) - away(b));
    if (nearest === undefined || away(nearest) > 8000) throw new Error('no call began then');
    return nearest.sessionId;
  }

  it('are all there', () => {
    expect(SCENARIOS.length).toBe(27);
    expect(sessions).toHaveLength(SCENARIOS.length);
  });

  it.each(SCENARIOS)('%s reads as it took place', async (name) => {
    const { expected, startTime } = truthOf(name);
    const page = await open(callUrl(viewer.url, callAt(startTime)));
    const rows = page.locator('.call-transcript [data-turn]');
    await rows.first().waitFor();
    const shown = await rows.evaluateAll((elements) =>
      elements.map((element) => ({
        speaker: element.querySelector('.call-speaker')?.textContent?.trim(),
        text: element.textContent ?? '',
      })),
    );
    const blank = (turn: number, field: string): boolean =>
      expected.blanks.spans.some(
        (entry) => [turn, 'all'].includes(entry.turn) && entry.fields.includes(field),
      );

    expect(shown.map(({ speaker }) => speaker)).toEqual(expected.turns.map(({ speaker }) => speaker));
    for (const [index, turn] of expected.turns.entries()) {
      const text = shown[index]?.text ?? '';
      // What a caller said about themselves is masked.
      if (turn.transcript !== null && name !== 'pii' && !blank(index, 'transcript')) {
        expect(squeezed(text)).toContain(squeezed(turn.transcript));
      }
      if (!blank(index, 'interrupted'))
        expect(/\bcut off\b(?! turn)/.test(text), text).toBe(turn.interrupted);
    }
  });

  it('shows a failed reply as unheard, and the silence until the caller spoke again', async () => {
    const page = await open(callUrl(viewer.url, callAt(truthOf('llm-unusable').startTime)));
    const transcript = page.getByRole('region', { name: 'Transcript' });
    // From the end of “Can you hear me?” at the microphone to the onset of “Hello?”; the spans have the onset by
    // the detector, which is not as exact.
    const [first, second] = utterances('llm-unusable');
    const waited = Math.round(((second?.speech_start ?? 0) - (first?.speech_end ?? 0)) * 1000);
    expect(await transcript.getByText('nothing of it was heard').count()).toBe(2);
    const shown = await transcript.getByRole('img', { name: /^silence/ }).allTextContents();
    const silences = shown.map((text) => Number.parseInt(text.replace(',', ''), 10));
    expect(
      silences.filter((ms) => Math.abs(ms - waited) <= 150),
      `${silences} and ${waited}`,
    ).toHaveLength(1);
  });

  it('says where it is not known how much was heard', async () => {
    const page = await open(callUrl(viewer.url, callAt(truthOf('speech-to-speech').startTime)));
    await page.locator('[data-turn="3"]').getByText('how much of it was heard is not known').waitFor();
  });

  it('mark a false interruption', async () => {
    const { startTime } = truthOf('false-interruption');
    const page = await open(callUrl(viewer.url, callAt(startTime)));
    await page
      .getByRole('region', { name: 'Transcript' })
      .getByText(/false interruption at 0:04/)
      .waitFor();
  });
});

function linesOf(name: string): string {
  const bodies = readdirSync(`${RECORDINGS}${name}/otlp`).filter((file) => /^\d+\.json$/.test(file));
  return bodies
    .sort()
    .map(
      (file) => `${JSON.stringify(JSON.parse(readFileSync(`${RECORDINGS}${name}/otlp/${file}`, 'utf8')))}\n`,
    )
    .join('');
}

function truthOf(name: string): { readonly expected: Expected; readonly startTime: number } {
  const conversations: Record<string, Expected> = JSON.parse(
    readFileSync(`${RECORDINGS}${name}/expected.json`, 'utf8'),
  );
  const truth: { conversations: Record<string, { clock: { unix: number } }> } = JSON.parse(
    readFileSync(`${RECORDINGS}${name}/truth.json`, 'utf8'),
  );
  const [key = ''] = Object.keys(conversations);
  const expected = conversations[key];
  const clock = truth.conversations[key]?.clock;
  if (expected === undefined || clock === undefined) throw new Error(`${name} has no truth`);
  return { expected, startTime: clock.unix * 1000 };
}

function utterances(name: string): readonly { readonly speech_start: number; readonly speech_end: number }[] {
  const truth = JSON.parse(readFileSync(`${RECORDINGS}${name}/truth.json`, 'utf8'));
  return truth.conversations.a.summary.user_utterances;
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, '');
}

import { describe, expect, it } from 'vitest';
import { readSessions } from '../../src/report/read.js';
import type { Paint } from '../../src/report/text/theme.js';
import { Theme } from '../../src/report/text/theme.js';
import { renderTimeline } from '../../src/report/text/timeline.js';
import { columns } from '../../src/report/text/width.js';
import { CONVERSATION_REQUESTS, OPEN_CALL_REQUESTS } from './conversation.js';
import { otlpRequest, otlpSpan } from './spans.js';

const GOLDEN = '../fixtures/report';

function timeline(
  requests: Parameters<typeof readSessions>[0],
  options: { width: number; ascii?: boolean; style?: (paint: Paint, text: string) => string },
): string {
  const theme = new Theme({ width: options.width, ascii: options.ascii ?? false, style: options.style });
  return readSessions(requests)
    .map((session) => renderTimeline(session, theme))
    .join('');
}

describe('a call as text', () => {
  it('at 80 columns', async () => {
    await expect(timeline(CONVERSATION_REQUESTS, { width: 80 })).toMatchFileSnapshot(`${GOLDEN}/call-80.txt`);
  });

  it('at 120 columns', async () => {
    await expect(timeline(CONVERSATION_REQUESTS, { width: 120 })).toMatchFileSnapshot(
      `${GOLDEN}/call-120.txt`,
    );
  });

  it('in ASCII', async () => {
    const text = timeline(CONVERSATION_REQUESTS, { width: 80, ascii: true });
    await expect(text).toMatchFileSnapshot(`${GOLDEN}/call-80-ascii.txt`);
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  });

  it('while it still runs', async () => {
    await expect(timeline(OPEN_CALL_REQUESTS, { width: 80 })).toMatchFileSnapshot(
      `${GOLDEN}/open-call-80.txt`,
    );
  });

  it('has the same characters in colour', () => {
    const painted = timeline(CONVERSATION_REQUESTS, {
      width: 100,
      style: (paint, text) => `<${paint}>${text}</>`,
    });
    expect(painted).toContain('<red>╳╳╳╳╳╳ 1400 ms ╳╳╳╳╳╳╳</>');
    expect(painted.replace(/<\/?[a-z]*>/g, '')).toBe(timeline(CONVERSATION_REQUESTS, { width: 100 }));
  });

  it('never exceeds its width', () => {
    for (const width of [60, 80, 100, 137]) {
      for (const line of timeline(CONVERSATION_REQUESTS, { width }).split('\n')) {
        expect(columns(line), line).toBeLessThanOrEqual(width);
      }
    }
  });
});

describe('what people say', () => {
  const said = (transcript: string, width = 60): string[] => {
    const attributes = {
      'voice.session.id': 's',
      'voice.turn.id': 't',
      'voice.turn.speaker': 'user',
      'voice.turn.transcript': transcript,
    };
    const span = otlpSpan({ id: 'a', name: 'voice.user_turn', from: 0, to: 1, attributes });
    const lines = timeline([otlpRequest([span])], { width }).split('\n');
    const head = lines.findIndex((line) => line.includes('0:00.00–0:01.00'));
    const block = lines.slice(head + 1, lines.indexOf('', head)).map((line) => line.trim());
    expect(block.pop()).toBe('! no answer so far, after 0 ms');
    return block;
  };

  it('cannot steer the terminal', () => {
    expect(
      said('a\u001b[31mb\u001b]0;title\u0007c\u001b]8;;http://x\u001b\\d\u009b1me\u0000\u0008\r\nf'),
    ).toEqual(['abcde f']);
    expect(said('\u001b[2J\u001b[Hgone')).toEqual(['gone']);
    expect(said('unfinished \u001b]0;this stays readable')).toEqual(['unfinished 0;this stays readable']);
  });

  it('cannot turn the direction of writing, hide text, or pile up marks', () => {
    expect(said('pay \u202e001\u202c \u2066x\u2069 now')).toEqual(['pay 001 x now']);
    expect(said('in\u200bvis\u{e0041}ible\ufeff')).toEqual(['invisible']);
    expect(said(`z${'\u0301'.repeat(500)}`)).toEqual([`z${'\u0301'.repeat(6)}`]);
    expect(said('lone \ud800 surrogate')).toEqual(['lone  surrogate']);
  });

  it('keeps the joiners that scripts and emoji need', () => {
    expect(said('می\u200cخواهم 👩\u200d👩\u200d👧 ❤\ufe0f')).toEqual([
      'می\u200cخواهم 👩\u200d👩\u200d👧 ❤\ufe0f',
    ]);
  });

  it('wraps by columns, wide characters and long words too', () => {
    // 56 columns: 28 wide characters
    expect(said('会'.repeat(30))).toEqual(['会'.repeat(28), '会会']);
    expect(said(`${'a'.repeat(60)} b`)).toEqual(['a'.repeat(56), 'aaaa b']);
    expect(said(`${'word '.repeat(12)}end`)).toEqual(['word '.repeat(11).trim(), 'word end']);
  });

  it('is cut when it is endless, and says how much is missing', () => {
    const lines = said('x'.repeat(1_000_000));
    expect(lines).toHaveLength(41);
    // 40 lines of 56
    expect(lines.at(-1)).toBe('(997760 characters more)');
  });
});

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSessions } from '../../../src/report/read.js';
import { Theme } from '../../../src/report/text/theme.js';
import { renderTimeline } from '../../../src/report/text/timeline.js';
import {
  callOf,
  DEMO_FILE,
  DEMO_ID,
  DEMO_LINES,
  sendFile,
  sessionsOf,
  temporaryFolder,
  viewerWith,
} from './support.js';

const [demo] = readSessions(DEMO_LINES.map((line) => JSON.parse(line)));
if (demo === undefined) throw new Error('the fixture holds no call');

describe('an opened file', () => {
  it('is in the list, with the figures of the timeline', async () => {
    const viewer = await viewerWith({ files: [DEMO_FILE] });
    const { sessions, endpoint, folder, notes } = await sessionsOf(viewer);
    expect(sessions).toHaveLength(1);
    expect(sessions[0]).toMatchObject({
      sessionId: DEMO_ID,
      agentName: 'support-agent',
      agentVersion: '1.4.0',
      transport: 'webrtc',
      complete: true,
      live: false,
      turns: 9,
      agentTurns: 5,
      interruptions: 1,
      errors: 0,
      hasRecording: false,
      responseLatenciesMs: demo.turns.flatMap(({ responseLatencyMs }) => responseLatencyMs ?? []),
      cost: JSON.parse(JSON.stringify(demo.totals.cost)),
    });
    expect({ endpoint, folder, notes }).toEqual({ endpoint: viewer.url, folder: undefined, notes: [] });
  });

  it('answers the call as SessionReader reads it', async () => {
    const viewer = await viewerWith({ files: [DEMO_FILE] });
    const { report, live } = await callOf(viewer, DEMO_ID);
    expect(report).toEqual(JSON.parse(JSON.stringify(demo)));
    expect(live).toBe(false);
  });

  it('exports the text that the timeline prints', async () => {
    const viewer = await viewerWith({ files: [DEMO_FILE] });
    const text = await (await fetch(`${viewer.url}/api/sessions/${DEMO_ID}/export.txt`)).text();
    expect(text).toBe(renderTimeline(demo, new Theme({ width: 100, ascii: false, style: undefined })));
  });

  it('counts once when it is opened twice, and broken lines are said', async () => {
    const folder = temporaryFolder();
    const broken = join(folder, 'broken.jsonl');
    writeFileSync(broken, `${DEMO_LINES[0]}\n\nnot json\n{"a":1}\n${DEMO_LINES[1]?.slice(0, 100)}`);
    const viewer = await viewerWith({ files: [DEMO_FILE, DEMO_FILE, broken] });
    const { sessions, notes } = await sessionsOf(viewer);
    expect(sessions).toHaveLength(1);
    expect(sessions[0]).toMatchObject({ turns: 9 });
    expect((await callOf(viewer, DEMO_ID)).report).toEqual(JSON.parse(JSON.stringify(demo)));
    expect(notes).toHaveLength(3);
    expect(notes[0]).toMatch(/broken\.jsonl: line 3 skipped: it is not JSON/);
    expect(notes[1]).toMatch(/line 4 skipped: it is JSON, but no OTLP trace export request/);
    expect(notes[2]).toMatch(/line 5 skipped: it is not JSON.*cut off/);
  });

  it('answers rows of some sessions, and CSV', async () => {
    const other = DEMO_LINES.join('\n')
      .replaceAll(DEMO_ID, 's_other')
      .replaceAll('fc9f73fb5e1acb6d1d3ecd7f11b010a5', '00000000000000000000000000000001')
      .replaceAll('support-agent', '=HYPERLINK(1)');
    const file = join(temporaryFolder(), 'other.jsonl');
    writeFileSync(file, other);
    const viewer = await viewerWith({ files: [DEMO_FILE, file] });
    expect(
      (await sessionsOf(viewer, '?id=s_other&id=nobody')).sessions.map(({ sessionId }) => sessionId),
    ).toEqual(['s_other']);
    const response = await fetch(`${viewer.url}/api/sessions.csv`);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const lines = (await response.text()).split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines.find((line) => line.startsWith('s_other'))).toMatch(/^s_other,'=HYPERLINK\(1\),1\.4\.0,/);
    const one = await (await fetch(`${viewer.url}/api/sessions.csv?id=${DEMO_ID}`)).text();
    expect(one.split('\r\n')).toHaveLength(3);
  });
});

describe("Pipecat's own spans", () => {
  it('are normalised when they come in a file', async () => {
    const scenario = join(import.meta.dirname, '../../fixtures/pipecat/greeting-two-turns');
    const lines = readdirSync(join(scenario, 'otlp'))
      .filter((name) => /^traces.*\.json$|^\d+.*\.json$/.test(name))
      .sort()
      .map((name) => JSON.stringify(JSON.parse(readFileSync(join(scenario, 'otlp', name), 'utf8'))));
    const file = join(temporaryFolder(), 'pipecat.jsonl');
    writeFileSync(file, lines.join('\n'));
    const opened = await viewerWith({ files: [file] });
    const sent = await viewerWith();
    const answer = await sendFile(sent, lines.join('\n'));
    expect(answer.problems).toEqual([]);
    for (const viewer of [opened, sent]) {
      const { sessions } = await sessionsOf(viewer);
      expect(sessions).toHaveLength(1);
      // The agent greets; two user turns follow, each with its answer.
      expect(sessions[0]).toMatchObject({ turns: 5, agentTurns: 3, interruptions: 0, complete: true });
    }
    expect(answer.sessionIds).toEqual((await sessionsOf(sent)).sessions.map(({ sessionId }) => sessionId));
  });
});

describe('a sent file', () => {
  it('is taken in, and what is wrong with it is said', async () => {
    const viewer = await viewerWith();
    const answer = await sendFile(viewer, `${DEMO_LINES.join('\n')}\n{"resourceSpans"`);
    expect(answer).toEqual({
      sessionIds: [DEMO_ID],
      spans: 30,
      problems: [expect.stringMatching(/^line 5 skipped: it is not JSON/)],
    });
    expect((await callOf(viewer, DEMO_ID)).report.turns).toEqual(JSON.parse(JSON.stringify(demo.turns)));
    expect((await sendFile(viewer, '')).problems).toEqual(['it is empty']);
    expect((await sendFile(viewer, '{"resourceLogs":[]}')).problems).toEqual([
      'it holds logs or metrics only, no traces',
    ]);
  });
});

describe('what is not there', () => {
  it('says so', async () => {
    const viewer = await viewerWith();
    for (const [path, status] of [
      ['/api/sessions/nobody', 404],
      ['/api/sessions/nobody/recording', 404],
      ['/api/nothing', 404],
      ['/nothing', 404],
      ['/api/sessions/%E0%A4%A', 404],
    ] as const) {
      const response = await fetch(`${viewer.url}${path}`);
      expect([path, response.status]).toEqual([path, status]);
      expect(await response.json()).toEqual({ error: expect.any(String) });
    }
    expect((await fetch(`${viewer.url}/api/sessions`, { method: 'DELETE' })).status).toBe(405);
    expect((await fetch(`${viewer.url}/`, { method: 'POST', body: 'x' })).status).toBe(405);
  });
});

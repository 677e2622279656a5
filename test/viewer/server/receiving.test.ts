import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/viewer/api.js';
import { recordings } from '../../gateway/support.js';
import {
  callOf,
  DEMO_FILE,
  DEMO_ID,
  DEMO_LINES,
  postSpans,
  sendFile,
  sessionsOf,
  temporaryFolder,
  until,
  viewerWith,
} from './support.js';

/** The demo call under another id. */
function copyOf(number: number, lines: readonly string[] = DEMO_LINES): string[] {
  const hex = number.toString(16).padStart(32, '0');
  return lines.map((line) =>
    line.replaceAll(DEMO_ID, `s_${number}`).replaceAll('fc9f73fb5e1acb6d1d3ecd7f11b010a5', hex),
  );
}

/** A line without the session's own span. */
function withoutSession(line: string): string {
  const request = JSON.parse(line);
  for (const { scopeSpans } of request.resourceSpans) {
    for (const scope of scopeSpans) {
      scope.spans = scope.spans.filter(({ name }: { name: string }) => name !== 'voice.session');
    }
  }
  return JSON.stringify(request);
}

describe('receiving', () => {
  it('shows the finished turns of a call that runs, then the whole call', async () => {
    const viewer = await viewerWith();
    const running = DEMO_LINES.slice(0, 2).map(withoutSession);
    for (const line of running) expect((await postSpans(viewer, line)).status).toBe(200);
    const live = await until(
      () => sessionsOf(viewer),
      ({ sessions }) => (sessions[0]?.turns ?? 0) > 0,
    );
    expect(live.sessions[0]).toMatchObject({ sessionId: DEMO_ID, complete: false, live: true });
    expect((await callOf(viewer, DEMO_ID)).live).toBe(true);
    for (const line of DEMO_LINES) await postSpans(viewer, line);
    const { sessions } = await until(
      () => sessionsOf(viewer),
      (answer) => answer.sessions[0]?.turns === 9 && answer.sessions[0].complete,
    );
    expect(sessions[0]).toMatchObject({ complete: true, live: false, interruptions: 1 });
    expect((await callOf(viewer, DEMO_ID)).report.turns).toHaveLength(9);
  });

  it("normalises Pipecat's own spans, in protobuf", async () => {
    const viewer = await viewerWith();
    for (const { protobuf } of recordings('greeting-two-turns')) {
      expect((await postSpans(viewer, protobuf)).status).toBe(200);
    }
    const { sessions } = await until(
      () => sessionsOf(viewer),
      ({ sessions: rows }) => rows.some(({ turns }) => turns >= 3),
    );
    expect(sessions).toHaveLength(1);
  });

  it('counts what belongs to no conversation, and takes logs and metrics without a complaint', async () => {
    const viewer = await viewerWith();
    const other = JSON.parse(DEMO_LINES[0] ?? '');
    const [resource] = other.resourceSpans;
    const [scope] = resource.scopeSpans;
    scope.scope.name = 'http';
    scope.spans = [{ ...scope.spans[0], name: 'GET', attributes: [] }];
    await postSpans(viewer, JSON.stringify(other));
    await until(
      () => sessionsOf(viewer),
      ({ otherScopes }) => otherScopes.http === 1,
    );
    for (const [path, body] of [
      ['/v1/logs', '{"resourceLogs":[]}'],
      ['/v1/metrics', '{"resourceMetrics":[]}'],
    ] as const) {
      const response = await fetch(`${viewer.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect(response.status).toBe(200);
    }
    expect((await postSpans(viewer, 'no json')).status).toBe(400);
  });

  it('tells pages which sessions have news, gathered', async () => {
    const viewer = await viewerWith();
    const abort = new AbortController();
    const response = await fetch(`${viewer.url}/api/changes`, { signal: abort.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let number = 1; number <= 20; number += 1)
      for (const line of copyOf(number)) await postSpans(viewer, line);
    const ids = new Set<string>();
    let events = 0;
    let text = '';
    while (ids.size < 20) {
      text += (await reader?.read())?.value ?? '';
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) {
        const [, data] = /^event: change\ndata: (.*)$/.exec(part) ?? [];
        if (data === undefined) continue;
        events += 1;
        for (const id of (JSON.parse(data) as Change).sessionIds) ids.add(id);
      }
    }
    abort.abort();
    expect(events).toBeLessThan(20 * DEMO_LINES.length);
  });
});

describe('the folder', () => {
  it('has the calls after a restart, for its owner only', async () => {
    const folder = join(temporaryFolder(), 'a', 'b');
    const first = await viewerWith({ folder });
    for (const line of DEMO_LINES) await postSpans(first, line);
    await sendFile(first, copyOf(2).join('\n'));
    await until(
      () => sessionsOf(first),
      ({ sessions }) =>
        sessions.length === 2 && sessions.every(({ turns, complete }) => turns === 9 && complete),
    );
    const before = await callOf(first, DEMO_ID);
    expect((await sessionsOf(first)).folder).toBe(folder);
    await first.shutdown();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);

    const second = await viewerWith({ folder });
    expect((await sessionsOf(second)).sessions.map(({ sessionId }) => sessionId).sort()).toEqual(
      ['s_2', DEMO_ID].sort(),
    );
    expect(await callOf(second, DEMO_ID)).toEqual(before);
  });

  it('keeps what came before a line that a crash cut off, and goes on after it', async () => {
    const folder = temporaryFolder();
    const first = await viewerWith({ folder });
    await sendFile(first, DEMO_LINES.join('\n'));
    await first.shutdown();
    const [segment = ''] = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    writeFileSync(join(folder, segment), '{"resourceSpans":[{"cut', { flag: 'a' });
    const second = await viewerWith({ folder });
    await sendFile(second, copyOf(2).join('\n'));
    await second.shutdown();
    const third = await viewerWith({ folder });
    const { sessions } = await sessionsOf(third);
    expect(sessions.map(({ turns }) => turns)).toEqual([9, 9]);
    expect(readFileSync(join(folder, segment), 'utf8')).toContain(
      '{"resourceSpans":[{"cut\n{"resourceSpans"',
    );
  });

  it('belongs to one viewer at a time', async () => {
    const folder = temporaryFolder();
    const first = await viewerWith({ folder });
    await expect(viewerWith({ folder })).rejects.toThrow(/another viewer/);
    await first.shutdown();
    // On another machine, which gave a sign of life just now; then none for an hour.
    const owner = join(folder, 'owner');
    writeFileSync(owner, 'owner-00000000-999999-0-00000000');
    await expect(viewerWith({ folder })).rejects.toThrow(/another viewer/);
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(owner, longAgo, longAgo);
    await viewerWith({ folder });
  });

  it.each(['a folder', 'memory'])('lets the oldest calls go beyond its bound, whole: %s', async (kind) => {
    const folder = kind === 'memory' ? undefined : temporaryFolder();
    const keepBytes = 1024 * 1024;
    const viewer = await viewerWith({ folder, keepBytes });
    for (let number = 1; number <= 40; number += 1) {
      // By start they are in the order of their numbers.
      const lines = copyOf(number).map((line) => line.replaceAll('"1795538', `"17955${38 + number}`));
      await sendFile(viewer, lines.join('\n'));
    }
    const { sessions, notes } = await sessionsOf(viewer);
    expect(sessions.length).toBeGreaterThan(5);
    expect(sessions.length).toBeLessThan(40);
    expect(sessions.map(({ sessionId }) => sessionId)).toEqual(
      sessions.map((_row, index) => `s_${40 - index}`),
    );
    expect(sessions.every(({ turns }) => turns === 9)).toBe(true);
    expect(notes[0]).toMatch(/^\d+ of the oldest calls were let go/);
    for (const { sessionId } of sessions) {
      expect((await callOf(viewer, sessionId)).report.turns).toHaveLength(9);
    }
    if (folder === undefined) return;
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes).toBeLessThanOrEqual(keepBytes + 1024);
  });

  it('is left alone by opened files and with --memory', async () => {
    const folder = temporaryFolder();
    const viewer = await viewerWith({ folder, files: [DEMO_FILE] });
    expect((await sessionsOf(viewer)).sessions).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['owner']);
    await viewer.shutdown();
    expect(readdirSync(folder)).toEqual([]);
  });
});

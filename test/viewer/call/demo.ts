import { readFileSync } from 'node:fs';
import type { SessionReport, TurnReport } from '../../../src/report/model.js';
import type { OtlpTraceRequest } from '../../../src/report/otlp.js';
import { readSessions } from '../../../src/report/read.js';

/** The call of the README, as the page gets it: through JSON, without what is undefined. */
export function demoCall(): SessionReport {
  const file = new URL('../../fixtures/readme/demo.otlp.jsonl', import.meta.url);
  const requests = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): OtlpTraceRequest => JSON.parse(line));
  const [report] = readSessions(requests);
  if (report === undefined) throw new Error('the fixture holds no call');
  return JSON.parse(JSON.stringify(report));
}

/** The turn of a number, counted from 1. */
export function turnOf(report: SessionReport, number: number): TurnReport {
  const turn = report.turns[number - 1];
  if (turn === undefined) throw new Error(`there is no turn ${number}`);
  return turn;
}

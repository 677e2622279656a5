/**
 * Zero-code tracing of Pipecat, for real: a call with pip-installed Pipecat and an application that knows nothing of
 * tracing, switched on by one environment variable and one file, through a gateway into a file, compared with what
 * happened at microphone, providers and loudspeaker. Exit 3: skipped, because there is no Python with pip.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OtlpSpan, OtlpTraceRequest } from '../../src/exporters/otlp-json.js';
import { SessionReader } from '../../src/report/read.js';
import { spansOf } from '../gateway/support.js';
import { runCall, startGateway, type Truth } from './call.js';
import { pythonWith } from './python.js';

/** Two chunks of audio: what neither side can know better (docs/pipecat-python.md). */
const TOLERANCE_S = 0.04;
/** Calls until one has to have gone as scripted, with the times right. */
const ATTEMPTS = 3;
/** To a recogniser, a model and a synthesiser, for each question. */
const REQUESTS = 6;
/** Of the response latency. */
const LATENCY_TOLERANCE_S = 0.02;

const python = pythonWith(join(import.meta.dirname, '../../examples/pipecat-python/requirements.txt'));
if (python === undefined) {
  console.error('SKIPPED: the end-to-end test of Pipecat needs Python 3.11 or later with venv and pip');
  process.exit(3);
}

const folder = mkdtempSync(join(tmpdir(), 'pipecat-python-'));

const untraced = join(folder, 'untraced.jsonl');
const quiet = await startGateway(untraced);
await runCall(python, quiet.url, join(folder, 'untraced.json'), { setupFile: false });
assert.equal(await quiet.stop(), 0);
assert.ok(!existsSync(untraced), 'without the setup file nothing may be traced');

// What was said and done has to be right every time. A machine that stutters hands sound over late, to Pipecat and to
// our notes alike but not at the same moment: for times one call of three has to be right.
for (let attempt = 1; ; attempt += 1) {
  const file = join(folder, `calls-${attempt}.jsonl`);
  const gateway = await startGateway(file);
  const truthFile = join(folder, `truth-${attempt}.json`);
  const call = await runCall(python, gateway.url, truthFile, { setupFile: true }).catch(stuttered);
  assert.equal(await gateway.stop(), 0);
  if (call === undefined) {
    console.error(`attempt ${attempt} of ${ATTEMPTS}: the machine was too slow for the caller`);
    assert.ok(attempt < ATTEMPTS, 'the machine is too slow again and again');
    continue;
  }
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const wrong = compare(
    lines.map((line): OtlpTraceRequest => JSON.parse(line)),
    call,
  );
  if (wrong.length === 0) {
    console.log(`a Pipecat call of ${call.utterances.length} questions, seen as it was: ${file}`);
    break;
  }
  console.error(`attempt ${attempt} of ${ATTEMPTS}: ${wrong.join('; ')}`);
  assert.ok(attempt < ATTEMPTS, 'the times are wrong again and again');
}

/** The caller waits 20 seconds for an answer; anything else that fails does so here. */
function stuttered(error: unknown): undefined {
  if (!String(error).includes('TimeoutError: the call did not go as scripted')) throw error;
}

/** Throws where the call is told wrongly; returns the times that are off by too much. */
function compare(
  recorded: readonly OtlpTraceRequest[],
  { utterances, heard, replies, usage, requests }: Truth,
): string[] {
  // On a machine that stutters an answer sounds in pieces, which the caller takes for two: he hangs up too early.
  if (heard.length !== 2 || requests.length !== REQUESTS)
    return [`the call did not go as scripted: ${heard.length} sounds, ${requests.length} requests`];
  const wrong: string[] = [];
  const near = (actual: number, expected: number, tolerance: number, what: string): void => {
    const text = `${what}: off by ${Math.round((actual - expected) * 1000)} ms`;
    console.log(`  ${text}`);
    if (!(Math.abs(actual - expected) <= tolerance)) wrong.push(text);
  };
  const reader = new SessionReader();
  for (const request of recorded) reader.push(request);
  assert.equal(reader.sessions().length, 1, 'one session');

  const spans = recorded.flatMap(spansOf);
  const session = spans.filter(({ name }) => name === 'voice.session');
  assert.equal(session.length, 1);
  assert.equal(textOf(session[0], 'gen_ai.agent.name'), 'order-line');
  const turns = spans
    .filter(({ name }) => name === 'voice.user_turn' || name === 'voice.agent_turn')
    .sort((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)));
  const users = turns.filter(({ name }) => name === 'voice.user_turn');
  const agents = turns.filter(({ name }) => name === 'voice.agent_turn');

  assert.deepEqual(
    users.map((turn) => textOf(turn, 'voice.turn.transcript')),
    utterances.map(({ text }) => text),
  );
  // Sometimes Pipecat measures no latency of the last answer. Then its spans do not say whether it was heard.
  const isMeasured = textOf(agents[1], 'voice.turn.end_reason') !== 'session_closed';
  if (!isMeasured) {
    wrong.push('the latency of answer 1 was not measured by Pipecat');
    assert.equal(textOf(agents[1], 'voice.turn.generated_transcript'), replies[1]);
  }
  // How much of the first answer was heard before it was cut off no span says; the whole of it would be a lie.
  assert.deepEqual(
    agents.map((turn) => textOf(turn, 'voice.turn.transcript')),
    ['', isMeasured ? replies[1] : ''],
  );
  utterances.forEach(({ start, end }, index) => {
    near(secondsOf(users[index]), start, TOLERANCE_S, `start of question ${index}`);
    const stop = secondsOf(users[index]) + numberOf(users[index], 'voice.turn.speech_end_offset');
    near(stop, end, TOLERANCE_S, `end of question ${index}`);
    const expected = (heard[index]?.start ?? Number.NaN) - end;
    const latency = numberOf(agents[index], 'voice.turn.response_latency');
    near(latency, expected, LATENCY_TOLERANCE_S, `response latency of answer ${index}`);
  });

  // The second question cuts the first answer off; the second answer is heard out.
  assert.equal(textOf(users[1], 'voice.turn.interrupted_turn.id'), textOf(agents[0], 'voice.turn.id'));
  assert.equal(textOf(agents[0], 'voice.turn.end_reason'), 'interrupted');
  assert.equal(textOf(users[0], 'voice.turn.interrupted_turn.id'), '');
  if (isMeasured) assert.equal(textOf(agents[1], 'voice.turn.end_reason'), 'completed');
  const overlap = (heard[0]?.end ?? Number.NaN) - (utterances[1]?.start ?? Number.NaN);
  near(numberOf(users[1], 'voice.turn.interruption_latency'), overlap, TOLERANCE_S, 'interruption latency');

  const models = spans.filter((span) => textOf(span, 'voice.stage.type') === 'llm');
  assert.deepEqual(
    models.map((span) => ({
      prompt_tokens: numberOf(span, 'gen_ai.usage.input_tokens'),
      completion_tokens: numberOf(span, 'gen_ai.usage.output_tokens'),
    })),
    usage,
  );
  for (const span of models)
    assert.ok(numberOf(span, 'voice.cost.amount') > 0, 'every model call has a price');
  assert.equal(spans.filter((span) => textOf(span, 'voice.stage.type') === 'stt').length, 2);
  assert.equal(spans.filter((span) => textOf(span, 'voice.stage.type') === 'tts').length, 2);
  return wrong;
}

function secondsOf(span: OtlpSpan | undefined): number {
  return Number(span?.startTimeUnixNano) / 1e9;
}

function textOf(span: OtlpSpan | undefined, key: string): string {
  return span?.attributes.find((one) => one.key === key)?.value.stringValue ?? '';
}

function numberOf(span: OtlpSpan | undefined, key: string): number {
  const value = span?.attributes.find((one) => one.key === key)?.value;
  return Number(value?.doubleValue ?? value?.intValue ?? Number.NaN);
}

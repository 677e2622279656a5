/** `VoiceObservability` in applications that lack a package, each in a process of its own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Receiver } from '../support/otlp-receiver.js';
import { outline } from '../support/spans.js';
import { Application } from './processes.js';

const PROGRAM = `
import { EventEmitter } from 'node:events';
import { VoiceObservability } from 'voice-otel/livekit';
const observability = new VoiceObservability();
const { session } = observability.attach(new EventEmitter(), { agentId: 'a' });
session.userTurn((turn) => turn.setTranscript('Hello'));
console.log(observability.destination);
await observability.shutdown();
`;

const SDK_LINES = ['@opentelemetry/sdk-trace-base', '@opentelemetry/sdk-trace'];
const EXPORTERS = ['@opentelemetry/exporter-trace-otlp-proto', '@opentelemetry/exporter-trace-otlp-http'];

describe.each([
  [
    'no OpenTelemetry SDK',
    SDK_LINES,
    {},
    'Error: voice-otel needs an OpenTelemetry SDK here, and none is installed: ' +
      'npm install @opentelemetry/sdk-trace-base@2 @opentelemetry/resources@2',
  ],
])('with %s', (_, without, environment, why) => {
  const app = new Application();

  beforeAll(async () => {
    await app.install({ without });
  });
  afterAll(() => app.remove());

  it('the application runs, and one line says what to install', async () => {
    app.write('main.mjs', PROGRAM);
    expect(await app.run(['main.mjs'], environment)).toEqual({
      exitCode: 0,
      stdout: `nowhere: ${why}\n`,
      stderr: expect.stringMatching(/^voice-otel: nothing is recorded: /),
    });
    expect(() => app.spans()).toThrow('ENOENT');
  });
});

describe('with no OTLP exporter, no resources and no LiveKit', () => {
  const app = new Application();

  beforeAll(async () => {
    await app.install({ without: ['@livekit/agents', '@opentelemetry/resources', ...EXPORTERS] });
  });
  afterAll(() => app.remove());

  it('a call is recorded; its resource says what the SDK says by itself', async () => {
    app.write('main.mjs', PROGRAM);
    const { exitCode, stdout, stderr } = await app.run(['main.mjs'], {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    });
    expect([exitCode, stderr.replace(/^voice-otel: a LiveKit session .*\n/gm, '')]).toEqual([0, '']);
    expect(stdout).toMatch(/traces\/.*\.otlp\.jsonl\n$/);
    expect(outline(app.spans())).toEqual(['voice.session', '  voice.user_turn']);
  });

  it('an endpoint gets the call: the exporter is ours', async () => {
    const receiver = new Receiver();
    await receiver.start();
    app.write('main.mjs', PROGRAM);
    const { exitCode, stdout } = await app.run(['main.mjs'], { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    expect([exitCode, stdout]).toEqual([0, `${receiver.url}\n`]);
    expect(outline(receiver.spans)).toEqual(['voice.session', '  voice.user_turn']);
    await receiver.close();
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkConformance } from '../../src/testing/index.js';
import { outline } from '../support/spans.js';
import { Application, LIVEKIT_VERSION, type Outcome } from './processes.js';
import { agent, type ModuleKind, program, SAID_OF_A_STRANGER, SAID_OF_THE_CALL } from './programs.js';

const FILE: Readonly<Record<ModuleKind, string>> = { ESM: 'agent.mjs', CommonJS: 'agent.cjs' };
const KINDS: readonly ModuleKind[] = ['ESM', 'CommonJS'];
const REGISTER = ['--import', 'voice-otel/register'];

const CALL = ['voice.session', '  voice.user_turn', '  voice.agent_turn', '    chat'];

describe('node --import voice-otel/register', () => {
  const app = new Application();

  beforeAll(async () => {
    await app.install();
  });
  afterEach(() => app.forget());
  afterAll(() => app.remove());

  function run(source: string, file: string, environment: Record<string, string> = {}): Promise<Outcome> {
    app.write(file, source);
    return app.run([...REGISTER, file], environment);
  }

  describe.each(KINDS)('before a program that is %s', (kind) => {
    it('records its call, and says in one line what it does', async () => {
      const { exitCode, stderr, stdout } = await run(program(kind), FILE[kind]);
      expect([exitCode, stdout, stderr]).toEqual([
        0,
        '',
        `voice-otel 0.1.0: recording every AgentSession of @livekit/agents ${LIVEKIT_VERSION}; ` +
          `spans go to files under traces/, one a process\n${SAID_OF_THE_CALL}`,
      ]);
      const spans = app.spans();
      expect(outline(spans)).toEqual(CALL);
      expect(checkConformance(spans)).toEqual([]);
      for (const { attributes, resource } of spans) {
        expect(attributes['gen_ai.agent.name']).toBe('agent');
        expect(resource.attributes['service.name']).toBe('voice-agent');
      }
      expect(JSON.stringify(spans)).not.toContain('ana@example.com');
    });

    it('in a job process as LiveKit forks it: the job names agent and room, its end delivers', async () => {
      const path = app.write(FILE[kind], agent(kind));
      const { exitCode, stderr } = await app.runJob(path, {
        execArgv: REGISTER,
        commonJs: kind === 'CommonJS',
      });
      expect([exitCode, stderr]).toEqual([0, SAID_OF_THE_CALL]);
      const spans = app.spans();
      expect(outline(spans)).toEqual(CALL);
      expect(checkConformance(spans)).toEqual([]);
      for (const { attributes } of spans) {
        expect(attributes['gen_ai.agent.name']).toBe('front-desk');
        expect(attributes['voice.room.id']).toBe('room-42');
      }
    });
  });

  it('an agent that is CommonJS in a worker that is an ES module, and the other way round', async () => {
    const commonJs = app.write(FILE.CommonJS, agent('CommonJS'));
    const esm = app.write(FILE.ESM, agent('ESM'));
    const outcomes = [
      await app.runJob(commonJs, { execArgv: REGISTER }),
      await app.runJob(esm, { execArgv: REGISTER, commonJs: true }),
    ];
    expect(outcomes.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, SAID_OF_A_STRANGER + SAID_OF_THE_CALL],
      [0, SAID_OF_A_STRANGER + SAID_OF_THE_CALL],
    ]);
    const spans = app.spans();
    expect(outline(spans)).toEqual([...CALL, ...CALL]);
    expect(spans.map(({ attributes }) => attributes['voice.room.id'])).toEqual(spans.map(() => 'room-42'));
  });

  it('reads its settings from variables', async () => {
    const { stderr } = await run(program('ESM'), 'agent.mjs', {
      OTEL_SERVICE_NAME: 'phone',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      VOICE_OTEL_AGENT_ID: 'order-line',
      VOICE_OTEL_AGENT_VERSION: '2.1',
      VOICE_OTEL_TENANT_ID: '7',
      VOICE_OTEL_TRANSPORT: 'sip',
      VOICE_OTEL_LLM_MODEL: 'openai/gpt-4.1-mini',
      VOICE_OTEL_FILE: 'traces/here.otlp.jsonl',
      VOICE_OTEL_LIVEKIT_SPANS: 'maybe',
    });
    expect(stderr.split('\n')[0]).toBe(
      `voice-otel 0.1.0: recording every AgentSession of @livekit/agents ${LIVEKIT_VERSION}; spans go to ` +
        `${app.folder}/traces/here.otlp.jsonl; ignored: VOICE_OTEL_LIVEKIT_SPANS must be drop or keep, not "maybe"`,
    );
    const spans = app.spans();
    for (const { attributes, resource } of spans) {
      expect(attributes).toMatchObject({
        'gen_ai.agent.name': 'order-line',
        'gen_ai.agent.version': '2.1',
        'voice.tenant.id': '7',
        'voice.session.transport': 'sip',
      });
      expect(resource.attributes).toMatchObject({
        'service.name': 'phone',
        'deployment.environment.name': 'test',
      });
    }
    expect(outline(spans)).toEqual([...CALL.slice(0, 3), '    chat gpt-4.1-mini']);
  });

  it("takes the application's global provider, where it has one at its first session", async () => {
    const before = `
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
const exporter = { export: (spans, done) => { for (const span of spans) console.log(span.name); done({ code: 0 }); }, shutdown: async () => {} };
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
`;
    const { stdout } = await run(program('ESM', before), 'agent.mjs');
    expect(stdout.split('\n').filter((name) => /^(voice\.|chat)/.test(name))).toEqual([
      'voice.user_turn',
      'chat',
      'voice.agent_turn',
      'voice.session',
    ]);
    expect(() => app.spans()).toThrow('ENOENT');
  });

  it('claims no global: the application has none and finds none', async () => {
    const before = `
import { trace, metrics, context, diag } from '@opentelemetry/api';
process.on('exit', () => {
  const registered = globalThis[Symbol.for('opentelemetry.js.api.1')] ?? {};
  console.log(JSON.stringify(Object.keys(registered).filter((name) => name !== 'version')));
});
`;
    const { stdout } = await run(program('ESM', before), 'agent.mjs');
    expect(stdout).toBe('[]\n');
    expect(outline(app.spans())).toEqual(CALL);
  });

  it('an application that attaches by itself keeps its word', async () => {
    const before = `import { VoiceObservability } from 'voice-otel/livekit';`;
    const source = program('ESM', before).replace(
      'await session.start',
      "new VoiceObservability().attach(session, { agentId: 'mine' });\n  await session.start",
    );
    await run(source, 'agent.mjs');
    const spans = app.spans();
    expect(outline(spans)).toEqual(CALL);
    expect(spans.map(({ attributes }) => attributes['gen_ai.agent.name'])).toEqual(spans.map(() => 'mine'));
  });

  it.each([
    [{ OTEL_SDK_DISABLED: 'true' }, 'spans go to nowhere: OTEL_SDK_DISABLED is true'],
    [{ OTEL_TRACES_EXPORTER: 'none' }, 'spans go to nowhere: OTEL_TRACES_EXPORTER is none'],
  ])('%j switches it off', async (environment, said) => {
    const { exitCode, stderr } = await run(program('ESM'), 'agent.mjs', environment);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(said);
    expect(() => app.spans()).toThrow('ENOENT');
  });

  it('under tsx', async () => {
    app.write('agent.ts', program('ESM').replace('start = {}', 'start: object = {}'));
    const tsx = ['--import', 'tsx'];
    const { exitCode } = await app.run([...tsx, ...REGISTER, 'agent.ts']);
    expect(exitCode).toBe(0);
    expect(outline(app.spans())).toEqual(CALL);
  });
});

describe('node --import voice-otel/register where something is not installed', () => {
  const bare = new Application();

  beforeAll(async () => {
    await bare.install({
      without: [
        '@livekit/agents',
        '@opentelemetry/sdk-trace-base',
        '@opentelemetry/sdk-trace',
        '@opentelemetry/exporter-trace-otlp-proto',
        '@opentelemetry/exporter-trace-otlp-http',
      ],
    });
  });
  afterAll(() => bare.remove());

  it('a program runs as without it, and one line names all of it', async () => {
    bare.write('main.mjs', "console.log('the program');");
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
    expect(await bare.run([...REGISTER, 'main.mjs'], environment)).toEqual({
      exitCode: 0,
      stdout: 'the program\n',
      stderr:
        'voice-otel 0.1.0: nothing to record, @livekit/agents is not installed where the program is; ' +
        'no spans are written unless the program registers a tracer provider: voice-otel needs an OpenTelemetry SDK ' +
        'here, and none is installed: npm install @opentelemetry/sdk-trace-base@2 @opentelemetry/resources@2\n',
    });
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { outline } from '../support/spans.js';
import { Application, TSX } from './processes.js';
import { agent, type ModuleKind, SAID_OF_A_STRANGER, SAID_OF_THE_CALL } from './programs.js';

/** The two lines of the README, in the agent's own module system; `observability` is made where the job has begun. */
function observed(kind: ModuleKind, where: 'module' | 'entry'): string {
  const load =
    kind === 'ESM'
      ? "import { VoiceObservability } from 'voice-otel/livekit';"
      : "const { VoiceObservability } = require('voice-otel/livekit');";
  const made = 'new VoiceObservability()';
  return agent(kind, {
    before: where === 'module' ? `${load}\nconst observability = ${made};` : load,
  }).replace(
    'await session.start',
    `${where === 'module' ? 'observability' : made}.attach(session, { agentId: 'front' });\n  await session.start`,
  );
}

const FILES: Readonly<Record<ModuleKind, string>> = { ESM: 'agent.mjs', CommonJS: 'agent.cjs' };

describe('attach in the process of a job', () => {
  const app = new Application();

  beforeAll(async () => {
    await app.install();
  });
  afterEach(() => app.forget());
  afterAll(() => app.remove());

  it.each([
    ['ESM', 'ESM', 'module', []],
    ['ESM', 'ESM', 'entry', []],
    ['ESM', 'ESM', 'module', ['--import', TSX]],
    ['ESM', 'ESM', 'entry', ['--import', TSX]],
    ['CommonJS', 'CommonJS', 'module', []],
    ['CommonJS', 'CommonJS', 'module', ['--import', TSX]],
    ['CommonJS', 'ESM', 'module', []],
    ['ESM', 'CommonJS', 'module', []],
  ] as const)(
    'an %s agent in an %s worker, made in its %s, with %j: the room is known and nothing is lost',
    async (kind, worker, where, loader) => {
      const path = app.write(FILES[kind], observed(kind, where));
      const outcome = await app.runJob(path, { execArgv: [...loader], commonJs: worker === 'CommonJS' });
      const said = kind === worker ? SAID_OF_THE_CALL : SAID_OF_A_STRANGER + SAID_OF_THE_CALL;
      expect(outcome).toMatchObject({ exitCode: 0, stderr: said });
      const spans = app.spans();
      expect(outline(spans)).toEqual([
        'voice.session',
        '  voice.user_turn',
        '  voice.agent_turn',
        '    chat',
      ]);
      expect(spans.map(({ attributes }) => attributes['voice.room.id'])).toEqual(spans.map(() => 'room-42'));
      const session = spans.find(({ name }) => name === 'voice.session');
      expect(session?.attributes['voice.session.end_reason']).toBe('agent_left');
    },
  );

  it('TypeScript under tsx', async () => {
    const source = observed('ESM', 'entry').replace('start = {}', 'start: object = {}');
    app.write('package.json', '{"type":"module"}');
    const path = app.write('agent.ts', source);
    const outcome = await app.runJob(path, { execArgv: ['--import', TSX] });
    expect(outcome).toMatchObject({ exitCode: 0, stderr: SAID_OF_THE_CALL });
    expect(app.spans().map(({ attributes }) => attributes['voice.room.id'])).toEqual(
      Array(4).fill('room-42'),
    );
  });
});

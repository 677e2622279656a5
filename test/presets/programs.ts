/** Applications as strings: each as an ES module and as CommonJS, without a word of ours in them. */

export type ModuleKind = 'ESM' | 'CommonJS';

const NAMES = 'voice, initializeLogger, defineAgent';

/** What is said at the end of each call: the model that stands in has no name and reports no usage. */
export const SAID_OF_THE_CALL =
  "voice-otel: a LiveKit session has no costs for llm: LiveKit names no model. Pass llmModel: 'provider/model' to " +
  'attach(), or set VOICE_OTEL_LLM_MODEL\n' +
  'voice-otel: a LiveKit session has no costs for llm: its plugin reports no usage\n';

/** What is said besides where the worker is of one copy of LiveKit and the agent of the other: the job closes no session. */
export const SAID_OF_A_STRANGER =
  'voice-otel: a LiveKit session was still open at job_shutdown and was ended then: call session.close() when the ' +
  'caller has gone (LiveKit does so by itself only for a caller who hung up)\n';

function head(kind: ModuleKind): string {
  return kind === 'ESM'
    ? `import { ${NAMES} } from '@livekit/agents';`
    : `const { ${NAMES} } = require('@livekit/agents');`;
}

const CALL = `
async function call(start = {}) {
  const llm = new voice.testing.FakeLLM([{ input: 'hi', content: 'Hello, my mail is ana@example.com.' }]);
  const session = new voice.AgentSession({ vad: null, llm, turnHandling: { turnDetection: null } });
  await session.start({ agent: new voice.Agent({ instructions: 'Be brief.' }), record: false, ...start });
  await session.run({ userInput: 'hi' }).wait();
  return session;
}
`;

/** A program that makes a call and ends. */
export function program(kind: ModuleKind, before = ''): string {
  return `${head(kind)}
${before}
${CALL}
initializeLogger({ pretty: false, level: 'silent' });
call().then((session) => session.close());
`;
}

/** An agent whose job makes a call, leaves it open and shuts the job down. */
export function agent(kind: ModuleKind, options: { before?: string; withSession?: string } = {}): string {
  const { before = '', withSession = '' } = options;
  const made = `defineAgent({
  entry: async (ctx) => {
    const session = await call();
    ${withSession}
    ctx.shutdown('over');
  },
})`;
  return `${head(kind)}
${before}
${CALL}
${kind === 'ESM' ? `export default ${made};` : `module.exports = { default: ${made} };`}
`;
}

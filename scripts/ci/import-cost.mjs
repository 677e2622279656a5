// Importing `voice-otel` loads nothing but our own files and `@opentelemetry/api`: that is checked. How much longer it
// takes than importing the API alone is measured and printed beside the goal: medians of fresh processes, the two in turn.
// Needs dist/.
import { execFileSync, spawnSync } from 'node:child_process';

const root = new URL('../..', import.meta.url).pathname;
const RUNS = 21;
const GOAL_MS = 10;

const time = (name) => {
  const code = `const t = performance.now(); await import(${JSON.stringify(name)}); console.log(performance.now() - t);`;
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: root, encoding: 'utf8' }),
  );
};
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const api = [];
const ours = [];
for (let run = -2; run < RUNS; run += 1) {
  const [a, b] = [time('@opentelemetry/api'), time('voice-otel')];
  if (run >= 0) {
    api.push(a);
    ours.push(b);
  }
}
const more = median(ours.map((ms, index) => ms - api[index]));
console.log(
  `@opentelemetry/api ${median(api).toFixed(1)} ms, voice-otel ${median(ours).toFixed(1)} ms, ${more.toFixed(1)} ms more`,
);

// What the import pulls in beside our own files, by the packages that Node resolves for it.
const hook = `
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(\`
    export async function load(url, context, next) {
      if (url.startsWith('node:')) process._rawDebug('builtin ' + url);
      else if (url.includes('/node_modules/')) process._rawDebug('package ' + url.split('/node_modules/').at(-1).split('/').slice(0, 2).join('/'));
      return next(url, context);
    }\`));
  await import('voice-otel');
`;
const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', hook], {
  cwd: root,
  encoding: 'utf8',
});
const others = [...new Set(stderr.match(/^(?:builtin|package) .*$/gm) ?? [])].filter(
  (line) => line !== 'package @opentelemetry/api' && !line.startsWith('builtin node:module'),
);
console.log(
  `loaded beside our own files and the API: ${others.length === 0 ? 'nothing' : others.join(', ')}`,
);
console.log(`goal: at most ${GOAL_MS} ms more`);
if (others.length > 0) process.exit(1);

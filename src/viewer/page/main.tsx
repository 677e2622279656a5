import { render } from 'preact';
import type { CallAnswer } from '../api.js';
import { App } from './app.js';
import { ExportedCall } from './exported-call.js';

const mount = document.getElementById('app');
const exported = document.getElementById('call');
if (mount !== null) {
  if (exported === null) render(<App />, mount);
  // The server wrote it (api.ts).
  else render(<ExportedCall answer={JSON.parse(exported.textContent ?? '') as CallAnswer} />, mount);
}

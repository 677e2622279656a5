import { createHash } from 'node:crypto';
import type { CallAnswer } from '../../api.js';
import type { Assets } from '../assets.js';

/**
 * One self-contained page of a call: script, style, data and sound are in it, and its policy lets it ask no host. What
 * comes from spans stands in it as JSON without a `<`, so that nothing of it can be markup.
 */
export function exportedPage(call: CallAnswer, { script, style }: Assets): string {
  const code = script.replace(/<(?=\/script|!--)/gi, '\\x3C');
  const sheet = style.replace(/<\//g, '<\\/');
  const policy = [
    "default-src 'none'",
    `script-src '${hash(code)}'`,
    `style-src '${hash(sheet)}'`,
    'img-src data:',
    'media-src data: blob:',
    // Sound in a data: URL is read this way to draw its waveform; no host is reached.
    'connect-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const title = `Call ${call.report.sessionId}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)} · voice-otel</title>
<style>${sheet}</style>
</head>
<body>
<div id="app"></div>
<noscript>This page needs JavaScript.</noscript>
<script type="application/json" id="call">${scriptJson(call)}</script>
<script>${code}</script>
</body>
</html>
`;
}

/** JSON that can stand in a script element. */
export function scriptJson(value: object): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

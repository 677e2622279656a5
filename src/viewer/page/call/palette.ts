import type { LaneColour } from './lanes.js';

/** The colours of the style sheet, read for canvases. */
export interface Palette {
  readonly bg: string;
  readonly panel: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly accent: string;
  readonly gap: string;
  readonly good: string;
  readonly warn: string;
  readonly bad: string;
  readonly lanes: Readonly<Record<LaneColour, string>>;
  readonly font: string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string, otherwise: string): string =>
    style.getPropertyValue(`--${name}`).trim() || otherwise;
  return {
    bg: token('bg', '#fff'),
    panel: token('panel', '#fff'),
    text: token('text', '#111'),
    muted: token('muted', '#555'),
    line: token('line', '#ccc'),
    accent: token('accent', '#06c'),
    gap: token('gap', '#b00'),
    good: token('good', '#060'),
    warn: token('warn', '#850'),
    bad: token('bad', '#b00'),
    lanes: {
      user: token('user', '#06c'),
      agent: token('agent', '#60c'),
      stt: token('stt', '#077'),
      llm: token('llm', '#a40'),
      tts: token('tts', '#80a'),
      tool: token('tool', '#460'),
      other: token('other', '#555'),
    },
    font: style.fontFamily || 'sans-serif',
  };
}

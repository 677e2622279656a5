import type { JSX } from 'preact';
import { visible } from './visible.js';

/** A text from a span: its direction of writing kept to itself, invisible characters written out. */
export function SafeText(props: { readonly text: string; readonly limit?: number }): JSX.Element {
  return <bdi>{visible(props.text, props.limit)}</bdi>;
}

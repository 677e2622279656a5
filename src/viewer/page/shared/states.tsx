import type { ComponentChildren, JSX } from 'preact';

/** While an answer is awaited. */
export function Loading(props: { readonly what: string }): JSX.Element {
  return (
    <p role="status" class="loading">
      Reading {props.what} …
    </p>
  );
}

export function Failure(props: {
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="failure" role="alert">
      <h1>{props.title}</h1>
      {props.children}
    </section>
  );
}

export function ConnectionLost(): JSX.Element {
  return (
    <p role="status" class="notice notice-failed connection">
      The connection to voice-otel view is lost: what you see may be out of date. Trying again …
    </p>
  );
}

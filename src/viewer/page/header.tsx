import type { JSX } from 'preact';
import { OpenFilesButton } from './files/open-files-button.js';
import { compareHash, type Route } from './router.js';

/** The bar above every page. */
export function Header(props: {
  readonly route: Route;
  readonly listHash: string;
  readonly version: string | undefined;
  readonly onFiles: (files: readonly File[]) => void;
}): JSX.Element {
  const { route } = props;
  return (
    <header class="bar">
      <span class="brand" title={props.version === undefined ? undefined : `Version ${props.version}`}>
        voice-otel
      </span>
      <nav aria-label="Pages">
        <a href={props.listHash} aria-current={route.name === 'list' ? 'page' : undefined}>
          Calls
        </a>
        <a href={compareHash()} aria-current={route.name === 'compare' ? 'page' : undefined}>
          Compare versions
        </a>
      </nav>
      <OpenFilesButton onFiles={props.onFiles} />
    </header>
  );
}

import { visible } from '../shared/visible.js';

/** A version as people read it. */
export function versionName(version: string): string {
  return version === '' ? 'no version' : visible(version, 60);
}

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** @throws Error with the install line when one of these packages is not installed */
export function requireInstalled(packages: readonly string[], what: string): void {
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  throw new Error(`${what} needs ${missing.join(' and ')}, not installed: npm install ${missing.join(' ')}`);
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

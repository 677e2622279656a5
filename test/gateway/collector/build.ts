import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/voice-otel-collector');
const BUILDER = 'go.opentelemetry.io/collector/cmd/builder@v0.160.0';

/**
 * The path of a Collector with the load-balancing exporter: `VOICE_OTEL_COLLECTOR`, else one that is built once from
 * Go modules (a few minutes). `undefined` where there is no Go.
 */
export function collectorBinary(): string | undefined {
  const given = process.env.VOICE_OTEL_COLLECTOR;
  if (given !== undefined) return given;
  const binary = join(CACHE, 'out/otelcol-gateway-test');
  if (existsSync(binary)) return binary;
  if (!hasGo()) return undefined;
  mkdirSync(CACHE, { recursive: true });
  const manifest = readFileSync(join(import.meta.dirname, 'builder.yaml'), 'utf8');
  writeFileSync(join(CACHE, 'builder.yaml'), manifest.replace('OUTPUT', join(CACHE, 'out')));
  const env = { ...process.env, GOBIN: CACHE };
  execFileSync('go', ['install', BUILDER], { env, stdio: 'inherit' });
  execFileSync(join(CACHE, 'builder'), ['--config', join(CACHE, 'builder.yaml')], { env, stdio: 'inherit' });
  return binary;
}

function hasGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed } from '@opentelemetry/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DeliveryQueue } from '../../src/delivery/queue.js';
import { span } from './span.js';
import { ScriptedExporter } from './support.js';

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});

afterEach(() => {
  context.disable();
});

it('calls the exporter under suppressed tracing and without the context of the call', async () => {
  const seen: [string, boolean, unknown][] = [];
  const look = (method: string): void => {
    const active = context.active();
    seen.push([method, isTracingSuppressed(active), propagation.getBaggage(active)]);
  };
  const exporter = new ScriptedExporter((_batch, answer) => {
    look('export');
    setTimeout(() => {
      look('later in export');
      answer({ code: 0 });
    }, 1);
  });
  exporter.forceFlush = async () => look('forceFlush');
  exporter.shutdown = async () => look('shutdown');
  const queue = new DeliveryQueue(exporter);
  const caller = propagation.setBaggage(
    ROOT_CONTEXT,
    propagation.createBaggage({ caller: { value: 'jane' } }),
  );
  await context.with(caller, async () => {
    queue.enqueue(span('a'));
    await queue.forceFlush();
    expect(propagation.getBaggage(context.active())?.getEntry('caller')?.value).toBe('jane');
    expect(isTracingSuppressed(context.active())).toBe(false);
    await queue.shutdown();
  });
  expect(seen).toEqual([
    ['export', true, undefined],
    ['later in export', true, undefined],
    ['forceFlush', true, undefined],
    ['shutdown', true, undefined],
  ]);
});

// One conversation through the official OTLP/HTTP exporters, JSON and protobuf, read back from a receiver.
import { MockOtlpServer } from '@elastic/mockotlpserver';
import { OTLPTraceExporter as Json } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as Protobuf } from '@opentelemetry/exporter-trace-otlp-proto';
import { VoiceSpanProcessor, VoiceTracer } from 'voice-otel';
import { check, line, provider } from './otel.mjs';

const received = [];
const server = new MockOtlpServer({
  services: ['http'],
  httpHostname: '127.0.0.1',
  httpPort: 0,
  onTrace: (trace) => received.push(trace),
});
await server.start();
const url = `http://127.0.0.1:${new URL(server.httpUrl).port}/v1/traces`;

for (const [encoding, Exporter] of Object.entries({ json: Json, protobuf: Protobuf })) {
  received.length = 0;
  const processor = new VoiceSpanProcessor({ exporter: new Exporter({ url }) });
  const tracerProvider = await provider(processor);
  const session = new VoiceTracer({ tracerProvider }).startSession({ agentId: 'support', userId: 'u' });
  session.userTurn((turn) => {
    turn.speechEnded();
    turn.setTranscript('my mail is jane.doe@example.com');
  });
  session.agentTurn((turn) => {
    turn.stage('llm', { provider: 'openai', model: 'gpt-4.1-mini' }, (stage) =>
      stage.setPayload({ promptTokens: 420, completionTokens: 80 }),
    );
    turn.firstAudio();
  });
  session.end({ reason: 'user_left' });
  await processor.forceFlush();
  await tracerProvider.shutdown();

  const scopes = received.flatMap((trace) => trace.resourceSpans).flatMap((resource) => resource.scopeSpans);
  const spans = scopes.flatMap((scope) => scope.spans);
  const value = (span, key) => {
    const found = span?.attributes.find((attribute) => attribute.key === key)?.value ?? {};
    return Object.values(found)[0];
  };
  const names = spans.map((span) => span.name).sort();
  const expected = ['chat gpt-4.1-mini', 'voice.agent_turn', 'voice.session', 'voice.user_turn'];
  check(JSON.stringify(names) === JSON.stringify(expected), `${encoding}: spans ${names}`);
  check(
    scopes.every((scope) => scope.scope.name === 'voice-otel'),
    `${encoding}: scope`,
  );
  const byName = Object.fromEntries(spans.map((span) => [span.name, span]));
  check(value(byName['chat gpt-4.1-mini'], 'voice.cost.amount') === 0.000296, `${encoding}: cost`);
  check(
    value(byName['voice.session'], 'voice.session.cost.total') === 0.000296,
    `${encoding}: session total`,
  );
  check(
    value(byName['voice.user_turn'], 'voice.turn.transcript') === 'my mail is [REDACTED:email]',
    `${encoding}: transcript ${value(byName['voice.user_turn'], 'voice.turn.transcript')}`,
  );
  check(value(byName['voice.agent_turn'], 'voice.turn.time_to_first_audio') >= 0, `${encoding}: TTFA`);
}
await server.close();
check.end(`OTLP, SDK ${line}.x`);

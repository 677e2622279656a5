import { type AgentSession, AgentSessionEventTypes } from '@livekit/agents';

/** Prints a line for each thing said, with the second of the call at which it began. */
export function narrate(session: AgentSession): void {
  const start = Date.now();
  const print = (time: number, who: string, what: string): void => {
    const seconds = ((time - start) / 1000).toFixed(1).padStart(5);
    console.log(`${seconds} s  ${who.padEnd(6)}  ${what}`);
  };

  session.on(AgentSessionEventTypes.ConversationItemAdded, ({ item }) => {
    if (item.type !== 'message') return;
    const { startedSpeakingAt } = item.metrics;
    const time = startedSpeakingAt === undefined ? item.createdAt : startedSpeakingAt * 1000;
    const cutOff = item.interrupted ? ' … (cut off)' : '';
    print(time, item.role === 'user' ? 'caller' : 'agent', `${item.textContent}${cutOff}`);
  });
  session.on(AgentSessionEventTypes.FunctionToolsExecuted, ({ functionCalls }) => {
    for (const call of functionCalls) print(call.createdAt, 'tool', `${call.name} ${call.args}`);
  });
}

/**
 * `node --import voice-otel/register agent.js`: every LiveKit `AgentSession` that the program starts is recorded, in the
 * job processes of a worker too, without a line of code. Settings are environment variables (docs/configuration.md).
 */
import { registerLiveKit } from './register-start.js';

await registerLiveKit();

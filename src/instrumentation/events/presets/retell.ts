import { asList, asText, read } from '../../../conversation/read.js';
import type { PipelineEvent } from '../../pipeline/events.js';
import type { EventMap, TimedPipelineEvent } from '../event-map.js';

type Said = PipelineEvent | TimedPipelineEvent;

/**
 * The events of `RetellWebClient` of `retell-client-js-sdk` 2.x. It says when the agent talks, and gives the transcript
 * as it grows: the user's turn begins with their first words and ends with the last before the agent talks.
 */
export function retellEvents(): EventMap {
  const call = new RetellCall();
  return {
    before: (now) => call.before(now),
    events: {
      call_started: (): Said[] => call.started(),
      call_ended: (): Said[] => [{ type: 'session_ended' }],
      agent_start_talking: (): Said[] => call.agentStarts(),
      agent_stop_talking: (): Said[] => call.agentStops(),
      update: (update: unknown): Said[] => call.update(asList(read(update, 'transcript')) ?? []),
    },
  };
}

/** The latest words of one side, of which some were told before. */
class Utterance {
  #content = '';
  #told = '';

  /** What is new. */
  get news(): string {
    return this.#content.slice(this.#told.length).trim();
  }

  /** The transcript keeps the last few utterances only: one that does not go on with the latest is another. */
  becomes(content: string): boolean {
    if (content === this.#content) return false;
    if (!content.startsWith(this.#told)) this.#told = '';
    this.#content = content;
    return true;
  }

  /** @returns what was new */
  tell(): string {
    const news = this.news;
    this.#told = this.#content;
    return news;
  }
}

class RetellCall {
  #now = 0;
  #talking = false;
  #user = new Utterance();
  #agent = new Utterance();
  /** When the user's words last grew, in a turn that is not answered. */
  #grewAt: number | undefined;

  before(now: number): readonly TimedPipelineEvent[] {
    this.#now = now;
    return [];
  }

  started(): Said[] {
    this.#talking = false;
    this.#user = new Utterance();
    this.#agent = new Utterance();
    this.#grewAt = undefined;
    return [{ type: 'session_started' }];
  }

  update(transcript: readonly unknown[]): Said[] {
    const user = this.#user.becomes(latest(transcript, 'user'));
    const agent = this.#agent.becomes(latest(transcript, 'agent'));
    return [...(user ? this.#userGrew() : []), ...(agent && !this.#talking ? this.#agentSaid() : [])];
  }

  agentStarts(): Said[] {
    this.#talking = true;
    const time = this.#grewAt;
    this.#grewAt = undefined;
    const text = time === undefined ? '' : this.#user.tell();
    const over: Said[] =
      time === undefined || text === ''
        ? []
        : [
            { event: { type: 'user_turn_stopped' }, time },
            { type: 'transcript', text, final: true },
          ];
    return [...over, { type: 'agent_speech_started' }];
  }

  agentStops(): Said[] {
    this.#talking = false;
    return [{ type: 'agent_speech_stopped' }, ...this.#agentSaid()];
  }

  #userGrew(): Said[] {
    const text = this.#user.news;
    if (text === '') return [];
    this.#grewAt = this.#now;
    const over: Said[] = this.#talking ? [{ type: 'interruption' }] : [];
    return [{ type: 'transcript', text, final: false }, ...over];
  }

  #agentSaid(): Said[] {
    const text = this.#agent.tell();
    return text === '' ? [] : [{ type: 'agent_turn_text', text }];
  }
}

/** What somebody said latest. */
function latest(transcript: readonly unknown[], role: string): string {
  const utterance = transcript.findLast((one) => read(one, 'role') === role);
  return asText(read(utterance, 'content')) ?? '';
}

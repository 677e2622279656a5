import { warn } from '../../otel/diagnostics.js';
import { hasProcessor } from '../../otel/span-review.js';
import type { StageRecord, VoiceSignal } from '../../signals/signal.js';

type Model = 'stt' | 'llm' | 'tts';

/** What the stages of one kind told. */
interface Seen {
  stages: number;
  named: number;
  measured: number;
}

export interface MissingOptions {
  /** The session's span is recorded, so that a processor of ours would see it end. */
  readonly recording: boolean;
  /** Whether the agent's words go out as audio; `undefined`: not known. */
  readonly audioOutput: () => boolean | undefined;
}

/**
 * Watches what a call is recorded from, and says at its end, each once, what was missing all through it: a single stage
 * or turn may lack this or that for good reason. What can be done is in the README's troubleshooting table.
 */
export class Missing {
  readonly #options: MissingOptions;
  readonly #seen: Readonly<Record<Model, Seen>> = {
    stt: { stages: 0, named: 0, measured: 0 },
    llm: { stages: 0, named: 0, measured: 0 },
    tts: { stages: 0, named: 0, measured: 0 },
  };
  #turns = 0;
  /** Turns that were spoken, and those of them of which the true end of speech is known. */
  #spoken = 0;
  #stopped = 0;
  #spokenSince = false;
  #words = false;
  #replies = 0;
  #saidSomething = false;
  #heard = false;
  /** A speech-to-speech model is at work, whose server decides on turns. */
  #realtime = false;

  constructor(options: MissingOptions) {
    this.#options = options;
  }

  signal(signal: VoiceSignal): void {
    switch (signal.type) {
      case 'user_speech_started':
        this.#spokenSince = true;
        return;
      case 'user_transcript':
        this.#spokenSince = true;
        if (signal.text.trim() !== '') this.#words = true;
        return;
      case 'user_turn_committed':
        this.#committed(signal.transcript, signal.stop);
        return;
      case 'speech_created':
        if (signal.origin === 'reply') this.#replies += 1;
        return;
      case 'agent_transcript':
        if (signal.text.trim() !== '') this.#saidSomething = true;
        return;
      case 'agent_audio_started':
        this.#heard = true;
        return;
      case 'stage_finished':
        this.#stage(signal.stage);
        return;
    }
  }

  /** The call is over. @param open why it was ended although LiveKit had not closed it */
  over(open: string | undefined): void {
    if (open !== undefined) {
      say(
        'open',
        `was still open at ${open} and was ended then: call session.close() when the caller has gone ` +
          '(LiveKit does so by itself only for a caller who hung up)',
      );
    }
    if (this.#turns === 0 && !this.#saidSomething) return;
    if (this.#options.recording && !hasProcessor()) {
      say(
        'processor',
        'went to a tracer provider without VoiceSpanProcessor: nothing is masked, priced or timed. Add ' +
          'new VoiceSpanProcessor({ exporter }) to the provider',
      );
    }
    this.#costs();
    this.#transcripts();
    this.#latencies();
  }

  #committed(transcript: string | undefined, stop: number | undefined): void {
    this.#turns += 1;
    if (transcript !== undefined && transcript.trim() !== '') this.#words = true;
    if (this.#spokenSince || stop !== undefined) this.#spoken += 1;
    if (stop !== undefined) this.#stopped += 1;
    this.#spokenSince = false;
  }

  #stage({ kind, model, payload, error, operation }: StageRecord): void {
    if (operation === 'generate_content') this.#realtime = true;
    if ((kind !== 'stt' && kind !== 'llm' && kind !== 'tts') || error !== undefined) return;
    const seen = this.#seen[kind];
    seen.stages += 1;
    if (model !== undefined) seen.named += 1;
    if (payload !== undefined && USAGE.some((field) => field in payload)) seen.measured += 1;
  }

  #costs(): void {
    for (const kind of ['stt', 'llm', 'tts'] as const) {
      const { stages, named, measured } = this.#seen[kind];
      if (stages > 0 && named === 0) {
        say(
          `model:${kind}`,
          `has no costs for ${kind}: LiveKit names no model. Pass ${kind}Model: 'provider/model' to attach(), or set ` +
            `VOICE_OTEL_${kind.toUpperCase()}_MODEL`,
        );
      }
      if (stages > 0 && measured === 0) {
        say(`usage:${kind}`, `has no costs for ${kind}: its plugin reports no usage`);
      }
    }
    if (this.#replies > 0 && this.#saidSomething && this.#seen.llm.stages === 0) {
      say(
        'metrics',
        'has no costs for its replies: LiveKit reported no metrics, as with an llmNode of your own',
      );
    }
  }

  #transcripts(): void {
    if (this.#turns === 0 || this.#words) return;
    say(
      'transcripts',
      'has no word of its user: there is no stt, it hears nothing, or a realtime model does not transcribe its input',
    );
  }

  #latencies(): void {
    if (this.#replies > 0 && this.#saidSomething && !this.#heard && this.#options.audioOutput() === true) {
      say(
        'audio',
        'has no time to first audio: the agent was never heard, because the audio output reports no playback or the ' +
          'synthesis failed',
      );
    }
    if (this.#spoken > 0 && this.#stopped === 0 && !this.#realtime) {
      say(
        'stop',
        'has no response latency: nothing says when the user truly stopped. Give the AgentSession a vad',
      );
    }
  }
}

/** By any of these a stage has a price. */
const USAGE = ['promptTokens', 'completionTokens', 'audioDurationMs', 'characters'];

function say(kind: string, what: string): void {
  warn(`livekit:${kind}`, `a LiveKit session ${what}`);
}

type Event = { readonly type: string; readonly [field: string]: unknown };

/** The detector of the stand-in, as `server_vad` is set up by default. */
const PREFIX_MS = 300;
const SILENCE_MS = 500;
/** How long the detector takes to hear speech begin. */
const DETECTION_MS = 100;

/** When the caller speaks, in milliseconds of their microphone, and what. */
const CALLER = [
  { from: 1000, to: 2000, text: 'Where is my order, number seven? My mail is ana.kovac@example.com.' },
  { from: 5000, to: 5600, text: 'Stop, that is enough!' },
];

/** What the agent says to each, and for how long. The first needs a tool. */
const ANSWERS = [
  {
    tool: true,
    text: 'Your order arrives tomorrow, and since you ask, it has come a long way already.',
    ms: 5000,
  },
  { tool: false, text: 'All right, goodbye.', ms: 1000 },
];

const USAGE = {
  total_tokens: 340,
  input_tokens: 300,
  output_tokens: 40,
  input_token_details: {
    text_tokens: 220,
    audio_tokens: 80,
    cached_tokens: 128,
    cached_tokens_details: { text_tokens: 128 },
  },
  output_token_details: { text_tokens: 12, audio_tokens: 28 },
};

const AUDIO = { type: 'audio/pcm', rate: 24_000 };

/** One scripted call, by the clock of the audio that comes in. */
export class Conversation {
  readonly over: Promise<void>;
  readonly #send: (event: Event) => void;
  #end: () => void = () => {};
  #heardMs = 0;
  #said = 0;
  #phase: 'silence' | 'speech' = 'silence';
  #responses = 0;

  constructor(send: (event: Event) => void) {
    this.#send = send;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  begin(): void {
    const session = {
      id: 'sess_1',
      type: 'realtime',
      model: 'gpt-realtime',
      audio: {
        input: {
          format: AUDIO,
          transcription: { model: 'gpt-4o-mini-transcribe' },
          turn_detection: {
            type: 'server_vad',
            prefix_padding_ms: PREFIX_MS,
            silence_duration_ms: SILENCE_MS,
            interrupt_response: true,
          },
        },
        output: { format: AUDIO },
      },
    };
    this.#send({ type: 'session.created', event_id: 'e0', session });
    this.#send({ type: 'session.updated', event_id: 'e1', session });
  }

  clientSaid(event: Event): void {
    if (event.type === 'input_audio_buffer.append')
      this.#heard(Buffer.from(String(event.audio), 'base64').length / 48);
    if (event.type === 'response.create') this.#respond(false);
    if (event.type === 'conversation.item.truncate')
      this.#send({ ...event, type: 'conversation.item.truncated' });
    if (event.type === 'conversation.item.create')
      this.#send({
        type: 'conversation.item.added',
        event_id: 'added',
        item: { id: 'item_tool', ...Object(event.item) },
      });
  }

  #heard(ms: number): void {
    this.#heardMs += ms;
    const caller = CALLER[this.#said];
    if (caller === undefined) return;
    const item_id = `item_user_${this.#said}`;
    if (this.#phase === 'silence' && this.#heardMs >= caller.from + DETECTION_MS) {
      this.#phase = 'speech';
      this.#send({
        type: 'input_audio_buffer.speech_started',
        event_id: `started_${this.#said}`,
        item_id,
        audio_start_ms: caller.from - PREFIX_MS,
      });
    }
    if (this.#phase === 'speech' && this.#heardMs >= caller.to + SILENCE_MS) {
      this.#phase = 'silence';
      this.#said += 1;
      this.#send({
        type: 'input_audio_buffer.speech_stopped',
        event_id: `stopped_${this.#said}`,
        item_id,
        audio_end_ms: caller.to + SILENCE_MS,
      });
      this.#send({
        type: 'input_audio_buffer.committed',
        event_id: `committed_${this.#said}`,
        item_id,
        previous_item_id: null,
      });
      this.#respond(ANSWERS[this.#said - 1]?.tool === true);
      setTimeout(() => {
        this.#send({
          type: 'conversation.item.input_audio_transcription.completed',
          event_id: `heard_${this.#said}`,
          item_id,
          content_index: 0,
          transcript: caller.text,
          usage: {
            type: 'tokens',
            total_tokens: 25,
            input_tokens: 15,
            output_tokens: 10,
            input_token_details: { text_tokens: 0, audio_tokens: 15 },
          },
        });
      }, 250);
    }
  }

  #respond(callsTool: boolean): void {
    this.#responses += 1;
    const id = `resp_${this.#responses}`;
    this.#send({
      type: 'response.created',
      event_id: `created_${id}`,
      response: { id, status: 'in_progress', conversation_id: 'conv_1', output: [] },
    });
    setTimeout(() => {
      if (callsTool) this.#callTool(id);
      else this.#speak(id);
    }, 300);
  }

  #callTool(id: string): void {
    const item = {
      id: `item_${id}`,
      type: 'function_call',
      status: 'completed',
      call_id: 'call_1',
      name: 'find_order',
      arguments: '{"number":"7"}',
    };
    this.#send({
      type: 'response.output_item.done',
      event_id: `item_${id}`,
      response_id: id,
      output_index: 0,
      item,
    });
    this.#done(id, [item]);
  }

  /** All of the audio is sent at once, as the API does, long before it was heard. */
  #speak(id: string): void {
    const answer = ANSWERS[this.#said - 1];
    if (answer === undefined) return;
    const at = { response_id: id, item_id: `item_${id}`, output_index: 0, content_index: 0 };
    this.#send({
      type: 'response.output_audio_transcript.delta',
      event_id: `text_${id}`,
      ...at,
      delta: answer.text,
    });
    const delta = Buffer.alloc(answer.ms * 48).toString('base64');
    this.#send({ type: 'response.output_audio.delta', event_id: `audio_${id}`, ...at, delta });
    this.#send({ type: 'response.output_audio.done', event_id: `audio_done_${id}`, ...at });
    this.#done(id, [
      {
        id: `item_${id}`,
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_audio', transcript: answer.text }],
      },
    ]);
    if (this.#said === CALLER.length) setTimeout(this.#end, answer.ms + 500);
  }

  #done(id: string, output: readonly object[]): void {
    this.#send({
      type: 'response.done',
      event_id: `done_${id}`,
      response: { id, status: 'completed', output, usage: USAGE },
    });
  }
}

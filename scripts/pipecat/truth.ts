/** What `truth.json` of a recording holds, as far as the expected turns are worked out from it. Times: Unix seconds. */
export interface Truth {
  readonly scenario: string;
  readonly conversations: Readonly<Record<string, TruthConversation>>;
}

export interface TruthConversation {
  readonly conversation_id_given: string | null;
  readonly final_context_messages: readonly ContextMessage[];
  readonly summary: {
    readonly user_utterances: readonly Utterance[];
    readonly agent_audio: readonly AgentAudio[];
  };
  readonly events: readonly TruthEvent[];
}

export interface ContextMessage {
  readonly role: string;
  readonly content?: string | null;
}

export interface Utterance {
  readonly text: string;
  readonly kind: 'speech' | 'noise' | 'backchannel';
  readonly speech_start: number;
  readonly speech_end: number;
  readonly cut_agent_off?: boolean;
}

export interface AgentAudio {
  readonly audio_start: number;
  readonly audio_end: number | null;
  readonly cut: boolean | null;
}

export interface TruthEvent {
  readonly t: number;
  readonly event: string;
  readonly outcome?: string;
  readonly last_role?: string;
  readonly text?: string;
}

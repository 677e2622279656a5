/** The stages that a provider bills. A speech-to-speech model is `llm`. */
export type CostKind = 'stt' | 'llm' | 'tts';

/** How a provider was called. Where nobody says, streaming is assumed, as voice agents do. */
export type BillingMode = 'stream' | 'batch';

/**
 * What was used: the payload of a stage (DESIGN, section 3) and who served it. Durations in milliseconds,
 * counts as the provider reports them. Every breakdown is a part of its total, never an addition to it:
 * `cachedTokens`, `cacheWriteTokens` and the modalities are parts of `promptTokens`; `reasoningTokens` and
 * the modalities of the output are parts of `completionTokens`.
 */
export interface CostUsage {
  kind: CostKind;
  /** In any spelling: an id, a display name, a host (`api.openai.com`), a gateway (`livekit`). */
  provider?: string | undefined;
  /** In any spelling, also with the provider in front (`deepgram/nova-3:en`). */
  model?: string | undefined;
  /** The model that the provider said it used; tried first where the requested name is a deployment. */
  responseModel?: string | undefined;
  mode?: BillingMode | undefined;
  /** The price plan, where it is not the table's choice for this provider. */
  plan?: string | undefined;
  /** What the caller knows it cost, in US dollars. Wins over any table. */
  costUsd?: number | undefined;

  /** stt: audio sent, streamed silence included. tts: audio produced. */
  audioDurationMs?: number | undefined;
  /** stt: time the provider's socket was open, for providers that bill it. */
  sessionDurationMs?: number | undefined;
  /** stt: BCP 47 or the provider's word (`multi`). */
  language?: string | undefined;

  promptTokens?: number | undefined;
  completionTokens?: number | undefined;
  cachedTokens?: number | undefined;
  cacheWriteTokens?: number | undefined;
  reasoningTokens?: number | undefined;
  promptTextTokens?: number | undefined;
  promptAudioTokens?: number | undefined;
  promptImageTokens?: number | undefined;
  completionTextTokens?: number | undefined;
  completionAudioTokens?: number | undefined;
  cachedTextTokens?: number | undefined;
  cachedAudioTokens?: number | undefined;
  cachedImageTokens?: number | undefined;

  /** tts: characters as counted by the caller, for providers that bill plain characters. */
  characters?: number | undefined;
  /** tts: the text or SSML sent; counted by the provider's own rule. */
  textInput?: string | undefined;
  /** tts: names the model where the provider prices by voice (Google, Azure, Deepgram). */
  voiceId?: string | undefined;
}

/** Why a cost is not known. */
export type MissingReason = 'unknown_model' | 'unknown_provider' | 'no_usage' | 'invalid_usage';

/** Who said the price: the caller with a cost, the user with an override, or our table. */
export type CostSource = 'caller' | 'user_table' | 'price_table';

/**
 * Why an amount is an estimate:
 * - `low_confidence`: the table's row is derived or its sources conflict (confidence c);
 * - `plan_assumed`: the price depends on a plan that nobody named;
 * - `model_assumed`: nobody named the model, the provider's usual one was taken;
 * - `mode_assumed`: the table has no price for the mode that was named, only for the other one;
 * - `list_price_behind_gateway`: a gateway or cloud resells the model, the maker's list price was taken;
 * - `unit_derived`: the provider bills a unit that was not measured (tokens by duration, session by audio,
 *   bytes or SSML by a plain count of characters, the modality of cached tokens);
 * - `usage_incomplete`: only the input or only the output was reported.
 */
export type EstimateReason =
  | 'low_confidence'
  | 'plan_assumed'
  | 'model_assumed'
  | 'mode_assumed'
  | 'list_price_behind_gateway'
  | 'unit_derived'
  | 'usage_incomplete';

/** A cost that is known. */
export interface PricedCost {
  /** In `currency`: the double nearest to the exact decimal product, so 420 + 80 tokens give 0.000296. */
  amount: number;
  /** ISO 4217. */
  currency: string;
  source: CostSource;
  /** True exactly when `reasons` is not empty. List price times measured usage is not an estimate. */
  estimated: boolean;
  reasons: readonly EstimateReason[];
  /** ISO date on which the row was last verified; absent for a caller's cost. */
  priceDate?: string;
  /** Canonical ids of the row that priced it. */
  provider?: string;
  model?: string;
  mode?: BillingMode;
  plan?: string;
  missing?: never;
}

/** A cost that is not known: absent, never zero. */
export interface MissingCost {
  missing: MissingReason;
  /** One sentence for a log. */
  detail: string;
  amount?: never;
}

export type CostEstimate = PricedCost | MissingCost;

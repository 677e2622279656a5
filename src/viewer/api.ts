import type { CostReport, SessionReport } from '../report/model.js';

/**
 * What the viewer's server and its page say to each other. All of it is JSON over the page's own origin, except
 * where noted. Times named `…Time` are epoch milliseconds.
 *
 * - `GET  /api/sessions`                    {@link SessionsAnswer}; with `?id=…` (repeatable) the rows of these only
 * - `GET  /api/sessions/ID`                 {@link CallAnswer}, or 404 with a {@link ProblemAnswer}
 * - `GET  /api/changes`                     server-sent events: `event: change`, data {@link Change}
 * - `POST /api/files`                       the bytes of a file of OTLP JSON lines, named by the header
 *                                           `x-file-name` (URI-encoded); answers {@link FileAnswer}
 * - `GET  /api/sessions/ID/recording`       the audio, with HTTP ranges
 * - `GET  /api/sessions/ID/export.html`     one self-contained page; `?audio=1` puts the recording into it
 * - `GET  /api/sessions/ID/export.txt`      the timeline as text
 * - `GET  /api/sessions.csv`                one row a session; `?id=…` (repeatable) for some of them
 *
 * ID is the session's id, URI-encoded. Every failure is a {@link ProblemAnswer}.
 */
export interface SessionsAnswer {
  /** Version of the package that serves. */
  readonly version: string;
  /** Newest first. */
  readonly sessions: readonly SessionRow[];
  /** Spans received that belong to no conversation, by instrumentation scope. */
  readonly otherScopes: Readonly<Record<string, number>>;
  /** Where received spans are kept; `undefined` with `--memory`. */
  readonly folder?: string | undefined;
  /** Where a default OTLP exporter reaches this server, such as `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  /** What a reader should know: files that could not be read whole, sessions let go to stay within bounds. */
  readonly notes: readonly string[];
}

/** One conversation in the list. What the spans do not say is `undefined` (absent in JSON). */
export interface SessionRow {
  readonly sessionId: string;
  readonly agentName?: string | undefined;
  readonly agentVersion?: string | undefined;
  readonly transport?: string | undefined;
  readonly startTime: number;
  readonly durationMs: number;
  /** Whether the session's own span was there: without it the call still runs, or the span was lost. */
  readonly complete: boolean;
  /** Not complete, and spans of it came within the last minutes. */
  readonly live: boolean;
  readonly endReason?: string | undefined;
  readonly turns: number;
  /** How many of them were the agent's. */
  readonly agentTurns: number;
  /** Agent turns that were cut off. */
  readonly interruptions: number;
  readonly failedInterrupts: number;
  readonly errors: number;
  readonly timeToFirstAudio?: Percentiles | undefined;
  readonly responseLatency?: Percentiles | undefined;
  readonly interruptionLatency?: Percentiles | undefined;
  /** Every measured one, for distributions; milliseconds. */
  readonly responseLatenciesMs: readonly number[];
  readonly interruptionLatenciesMs: readonly number[];
  readonly cost: CostReport;
  /** Mean opinion score, packet loss as a ratio 0–1, jitter. */
  readonly mos?: number | undefined;
  readonly packetLoss?: number | undefined;
  readonly jitterMs?: number | undefined;
  readonly hasRecording: boolean;
}

export interface Percentiles {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly count: number;
}

/** One call, whole. In an exported page the same object stands in `<script type="application/json" id="call">`. */
export interface CallAnswer {
  readonly report: SessionReport;
  readonly live: boolean;
  readonly recording: RecordingAnswer;
}

/** Whether the call can be heard, and from where. */
export type RecordingAnswer =
  | {
      readonly available: true;
      /** Of the same origin, or a `data:` URL in an exported page. */
      readonly url: string;
      readonly contentType: string;
      /** Where its first sample lies: milliseconds from the session's start, positive where it began later. */
      readonly startMs: number;
    }
  | {
      readonly available: false;
      /** Why, and what to do about it, in a sentence or two for a person. */
      readonly reason: string;
    };

/** Sessions that have news; a page that shows one of them asks again. */
export interface Change {
  readonly sessionIds: readonly string[];
}

export interface FileAnswer {
  readonly sessionIds: readonly string[];
  readonly spans: number;
  /** Lines that could not be read, said for a person; empty where all went well. */
  readonly problems: readonly string[];
}

export interface ProblemAnswer {
  /** What is wrong and what to do about it, for a person. */
  readonly error: string;
}

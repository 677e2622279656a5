import { useEffect, useRef, useState } from 'preact/hooks';
import type { CallAnswer } from '../../api.js';
import { asProblem, fetchCall, Problem } from './client.js';

export interface Call {
  /** What the server said last of this session. */
  readonly answer: CallAnswer | undefined;
  /** Why the last attempt failed. */
  readonly problem: Problem | undefined;
  readonly retry: () => void;
}

/** A call that runs is asked for at most once in this time (ms). */
const GATHER_MS = 700;

/** One call, asked for again whenever `news` rises. */
export function useCall(sessionId: string, news: number): Call {
  const [state, setState] = useState<State>({ sessionId, answer: undefined, problem: undefined });
  const [attempt, setAttempt] = useState(0);
  const asked = useRef({ sessionId: '', atMs: 0 });

  useEffect(() => {
    const ask = async (): Promise<void> => {
      asked.current = { sessionId, atMs: performance.now() };
      const outcome = await fetchCall(sessionId).catch(asProblem);
      // Another call may have been opened meanwhile.
      if (asked.current.sessionId !== sessionId) return;
      setState((old) =>
        outcome instanceof Problem
          ? { sessionId, answer: old.sessionId === sessionId ? old.answer : undefined, problem: outcome }
          : { sessionId, answer: outcome, problem: undefined },
      );
    };
    const again = asked.current.sessionId === sessionId;
    const wait = again ? Math.max(0, asked.current.atMs + GATHER_MS - performance.now()) : 0;
    asked.current = { ...asked.current, sessionId };
    const timer = setTimeout(() => void ask(), wait);
    return () => clearTimeout(timer);
  }, [sessionId, news, attempt]);

  const shown = state.sessionId === sessionId ? state : undefined;
  return {
    answer: shown?.answer,
    problem: shown?.problem,
    retry: () => setAttempt((count) => count + 1),
  };
}

interface State {
  readonly sessionId: string;
  readonly answer: CallAnswer | undefined;
  readonly problem: Problem | undefined;
}

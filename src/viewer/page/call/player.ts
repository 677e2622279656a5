import type { Clip } from './recording-time.js';

export interface PlayerState {
  readonly playing: boolean;
  /** Seconds; `undefined` until the browser has read the head of the recording. */
  readonly durationS: number | undefined;
  /** Why it cannot be heard, for a person. */
  readonly problem: string | undefined;
}

/** Plays a recording through one `<audio>` element: all of it, or a clip. */
export class Player {
  readonly audio: HTMLAudioElement;
  #state: PlayerState = { playing: false, durationS: undefined, problem: undefined };
  #stopAtS: number | undefined;
  #frame = 0;
  readonly #onState = new Set<(state: PlayerState) => void>();
  readonly #onTime = new Set<(seconds: number) => void>();
  readonly #listening = new AbortController();

  constructor(audio: HTMLAudioElement) {
    this.audio = audio;
    const on = (name: string, listener: () => void): void =>
      audio.addEventListener(name, listener, { signal: this.#listening.signal });
    on('play', () => this.#follow());
    on('pause', () => this.#follow());
    on('ended', () => this.#follow());
    on('timeupdate', () => this.#tick());
    on('seeking', () => this.#tick());
    on('durationchange', () => {
      const { duration } = audio;
      this.#set({ durationS: Number.isFinite(duration) ? duration : undefined });
    });
    on('loadedmetadata', () => this.#set({ problem: undefined }));
    on('error', () => this.#set({ problem: mediaProblem(audio.error) }));
  }

  get state(): PlayerState {
    return this.#state;
  }

  /** Seconds from the first sample. */
  get timeS(): number {
    return this.audio.currentTime;
  }

  toggle(): void {
    this.#stopAtS = undefined;
    if (this.audio.paused) this.#play();
    else this.audio.pause();
  }

  pause(): void {
    this.audio.pause();
  }

  seek(seconds: number): void {
    this.#stopAtS = undefined;
    this.audio.currentTime = Math.max(0, Math.min(seconds, this.#state.durationS ?? seconds));
    this.#tick();
  }

  playClip({ fromS, toS }: Clip): void {
    this.audio.currentTime = fromS;
    this.#stopAtS = toS;
    this.#play();
    this.#tick();
  }

  onState(listener: (state: PlayerState) => void): () => void {
    this.#onState.add(listener);
    return () => this.#onState.delete(listener);
  }

  /** Told at every frame while it plays, and after every jump. */
  onTime(listener: (seconds: number) => void): () => void {
    this.#onTime.add(listener);
    return () => this.#onTime.delete(listener);
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#listening.abort();
    this.audio.pause();
    this.#onState.clear();
    this.#onTime.clear();
  }

  #play(): void {
    this.audio.play().catch((error: unknown) => {
      // A pause that came before the sound did is no problem.
      if (error instanceof DOMException && error.name === 'AbortError') return;
      this.#set({ problem: mediaProblem(this.audio.error) });
    });
  }

  #follow(): void {
    const playing = !this.audio.paused && !this.audio.ended;
    this.#set({ playing });
    cancelAnimationFrame(this.#frame);
    if (!playing) {
      this.#tick();
      return;
    }
    const frame = (): void => {
      this.#frame = requestAnimationFrame(frame);
      this.#tick();
    };
    this.#frame = requestAnimationFrame(frame);
  }

  #tick(): void {
    const { currentTime, paused } = this.audio;
    if (this.#stopAtS !== undefined && currentTime >= this.#stopAtS && !paused) {
      this.#stopAtS = undefined;
      this.audio.pause();
    }
    for (const listener of this.#onTime) listener(currentTime);
  }

  #set(change: Partial<PlayerState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#onState) listener(this.#state);
  }
}

function mediaProblem(error: MediaError | null): string {
  switch (error?.code) {
    case MediaError.MEDIA_ERR_NETWORK:
      return 'The recording could not be loaded to its end. Is the viewer still running?';
    case MediaError.MEDIA_ERR_DECODE:
      return 'The recording is damaged, or of a form that this browser cannot decode.';
    case MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED:
      return 'The recording could not be loaded, or this browser cannot play its form.';
    default:
      return 'The browser did not start to play; press Play again.';
  }
}

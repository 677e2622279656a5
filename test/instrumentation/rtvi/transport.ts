import {
  PipecatClient,
  type PipecatClientOptions,
  type RTVIMessage,
  Transport,
  type TransportState,
} from '@pipecat-ai/client-js';
import type { RtviMessage } from '../../../src/instrumentation/rtvi/messages.js';

/** A transport of the real client that brings the messages it is told to, and no media. */
export class ScriptedTransport extends Transport {
  override initialize(options: PipecatClientOptions, messageHandler: (message: RTVIMessage) => void): void {
    this._options = options;
    this._callbacks = options.callbacks ?? {};
    this._onMessage = messageHandler;
  }

  receive(message: RtviMessage): void {
    this._onMessage({ id: '', label: 'rtvi-ai', data: undefined, ...message });
  }

  remoteAudioLevel(level: number): void {
    this._callbacks.onRemoteAudioLevel?.(level, { id: 'bot', name: 'bot', local: false });
  }

  override async initDevices(): Promise<void> {}

  override _validateConnectionParams(params: unknown): unknown {
    return params;
  }

  override async _connect(): Promise<void> {
    this.state = 'connected';
    this._callbacks.onConnected?.();
  }

  override async _disconnect(): Promise<void> {
    this.state = 'disconnected';
    this._callbacks.onDisconnected?.();
  }

  override sendReadyMessage(): void {
    this.state = 'ready';
  }

  override get state(): TransportState {
    return this._state;
  }

  override set state(state: TransportState) {
    this._state = state;
    this._callbacks.onTransportStateChanged?.(state);
  }

  override async getAllMics(): Promise<MediaDeviceInfo[]> {
    return [];
  }

  override async getAllCams(): Promise<MediaDeviceInfo[]> {
    return [];
  }

  override async getAllSpeakers(): Promise<MediaDeviceInfo[]> {
    return [];
  }

  override updateMic(): void {}
  override updateCam(): void {}
  override updateSpeaker(): void {}
  override enableMic(): void {}
  override enableCam(): void {}
  override enableScreenShare(): void {}
  override sendMessage(): void {}

  override get selectedMic(): Record<string, never> {
    return {};
  }

  override get selectedCam(): Record<string, never> {
    return {};
  }

  override get selectedSpeaker(): Record<string, never> {
    return {};
  }

  override get isCamEnabled(): boolean {
    return false;
  }

  override get isMicEnabled(): boolean {
    return true;
  }

  override get isSharingScreen(): boolean {
    return false;
  }

  override tracks(): { local: Record<string, never> } {
    return { local: {} };
  }
}

/** The real client over it. */
export function scriptedClient(): { client: PipecatClient; transport: ScriptedTransport } {
  const transport = new ScriptedTransport();
  const client = new PipecatClient({ transport, enableMic: true });
  client.setLogLevel(0);
  return { client, transport };
}

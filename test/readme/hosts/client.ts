/** Stands for the reader's PipecatClient: a conversation of one exchange. */
import { EventEmitter } from 'node:events';

class Client extends EventEmitter {
  async connect(): Promise<void> {
    this.emit('botReady', { version: '2.2.0' });
    this.emit('userStartedSpeaking');
    this.emit('userTranscript', { text: 'Are you open?', final: true });
    this.emit('userStoppedSpeaking');
    this.emit('botLlmStarted');
    this.emit('botLlmText', { text: 'Yes, until six.' });
    this.emit('botLlmStopped');
    this.emit('botStartedSpeaking');
    this.emit('remoteAudioLevel', 0.4);
    this.emit('botStoppedSpeaking');
    await this.disconnect();
  }

  async disconnect(): Promise<void> {
    this.emit('disconnected');
  }
}

export const client = new Client();

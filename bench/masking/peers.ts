import { createRequire } from 'node:module';

/** A library measured beside ours. It returns the redacted text, or the places it would redact. */
export interface Peer {
  readonly name: string;
  redact(text: string): Promise<string> | string;
}

interface RedactPii {
  SyncRedactor: new (options: object) => { redact(text: string): string };
}
interface RedactPiiNode {
  Redactor: new () => { redact(text: string): string };
}
interface OpenRedactionCore {
  OpenRedaction: new (options: object) => { detect(text: string): Promise<{ redacted: string }> };
}
interface LibPhoneNumber {
  findPhoneNumbersInText(text: string, region: string): { startsAt: number; endsAt: number }[];
}

const INSTALL = 'npm install --ignore-scripts --prefix bench/masking/peers';

/** The peers that are installed. Says loudly which are not. */
export function loadPeers(): Peer[] {
  const require = createRequire(new URL('./peers/package.json', import.meta.url));
  const makers: [string, () => Peer['redact']][] = [
    [
      'redact-pii',
      () => {
        const { SyncRedactor } = require('redact-pii') as RedactPii;
        const redactor = new SyncRedactor({});
        return (text) => redactor.redact(text);
      },
    ],
    [
      'redact-pii, no names',
      () => {
        const { SyncRedactor } = require('redact-pii') as RedactPii;
        // Names and street addresses are not what is compared here; without them it is quicker and more exact.
        const off = { names: { enabled: false }, streetAddress: { enabled: false } };
        const redactor = new SyncRedactor({ builtInRedactors: off });
        return (text) => redactor.redact(text);
      },
    ],
    [
      '@redactpii/node',
      () => {
        const { Redactor } = require('@redactpii/node') as RedactPiiNode;
        const redactor = new Redactor();
        return (text) => redactor.redact(text);
      },
    ],
    [
      '@openredaction/core',
      () => {
        const { OpenRedaction } = require('@openredaction/core') as OpenRedactionCore;
        const redactor = new OpenRedaction({ includeNames: false, includeAddresses: false });
        return async (text) => (await redactor.detect(text)).redacted;
      },
    ],
    [
      'libphonenumber-js',
      () => {
        const { findPhoneNumbersInText } = require('libphonenumber-js') as LibPhoneNumber;
        return (text) => {
          let redacted = '';
          let from = 0;
          for (const { startsAt, endsAt } of findPhoneNumbersInText(text, 'US')) {
            redacted += `${text.slice(from, startsAt)}[PHONE]`;
            from = endsAt;
          }
          return redacted + text.slice(from);
        };
      },
    ],
  ];
  const peers: Peer[] = [];
  for (const [name, make] of makers) {
    try {
      peers.push({ name, redact: make() });
    } catch {
      console.log(`NOT MEASURED: ${name} is not installed; run: ${INSTALL}`);
    }
  }
  return peers;
}

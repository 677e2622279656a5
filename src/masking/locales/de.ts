import type { LocaleTable } from './table.js';

const UNITS = {
  null: '0',
  eins: '1',
  ein: '1',
  eine: '1',
  zwei: '2',
  zwo: '2',
  drei: '3',
  vier: '4',
  fünf: '5',
  fuenf: '5',
  funf: '5',
  sechs: '6',
  sieben: '7',
  acht: '8',
  neun: '9',
};

const TENS = {
  zwanzig: '20',
  dreißig: '30',
  dreissig: '30',
  vierzig: '40',
  fünfzig: '50',
  fuenfzig: '50',
  sechzig: '60',
  siebzig: '70',
  achtzig: '80',
  neunzig: '90',
};

/** "einundzwanzig": the unit comes first and all is one word. */
function compounds(): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const [ten, tenDigits] of Object.entries(TENS)) {
    for (const [unit, digit] of Object.entries(UNITS)) {
      if (digit !== '0' && unit !== 'eins' && unit !== 'eine') {
        pairs[`${unit}und${ten}`] = tenDigits.charAt(0) + digit;
      }
    }
  }
  return pairs;
}

/** German. */
export function de(): LocaleTable {
  return {
    name: 'de',
    units: UNITS,
    pairs: {
      zehn: '10',
      elf: '11',
      zwölf: '12',
      zwoelf: '12',
      dreizehn: '13',
      vierzehn: '14',
      fünfzehn: '15',
      fuenfzehn: '15',
      sechzehn: '16',
      siebzehn: '17',
      achtzehn: '18',
      neunzehn: '19',
      ...compounds(),
    },
    tens: TENS,
    hundreds: ['hundert'],
    thousands: ['tausend', 'million', 'millionen'],
    repeats: { doppel: 2, doppelt: 2, doppelte: 2, zweimal: 2, dreimal: 3, dreifach: 3 },
    ambiguous: ['null', 'ein', 'eine', 'elf'],
    fillers: [
      'äh',
      'ähm',
      'öh',
      'und',
      'dann',
      'also',
      'ja',
      'genau',
      'so',
      'strich',
      'schrägstrich',
      'bindestrich',
      'vorwahl',
      'nochmal',
      'die',
    ],
    corrections: [
      'nein',
      'nee',
      'moment',
      'quatsch',
      'entschuldigung',
      'sorry',
      'halt',
      'stopp',
      'falsch',
      'korrektur',
      'meine',
      'ich',
    ],
    plus: ['plus'],
    extension: ['durchwahl'],
    at: ['at', 'ät', 'klammeraffe'],
    dot: ['punkt'],
    underscore: ['unterstrich'],
    dash: ['bindestrich', 'minus', 'strich'],
    cues: {
      phone: [
        'telefon',
        'telefonnummer',
        'handy',
        'handynummer',
        'rufnummer',
        'mobilnummer',
        'festnetz',
        'festnetznummer',
        'mobil',
      ],
      call: ['anrufen', 'erreichen', 'zurückrufen', 'wählen'],
      credit_card: ['karte', 'kreditkarte', 'kartennummer', 'kreditkartennummer'],
      ssn: ['sozialversicherungsnummer'],
      number: ['nummer'],
      id: [
        'bestellung',
        'bestellnummer',
        'rechnung',
        'rechnungsnummer',
        'kundennummer',
        'auftrag',
        'auftragsnummer',
        'sendungsnummer',
        'aktenzeichen',
        'vorgangsnummer',
        'postleitzahl',
        'plz',
      ],
      unit: ['sekunden', 'minuten', 'stunden', 'tage', 'jahre', 'prozent', 'grad', 'uhr', 'millisekunden'],
      last: ['endet', 'letzten'],
      own: ['meine', 'deine', 'ihre', 'seine', 'unsere', 'meiner'],
      email: ['email', 'e-mail', 'mail', 'mailadresse', 'emailadresse'],
      lead: ['ist', 'lautet', 'an', 'unter', 'adresse'],
    },
    stops: [
      'meine',
      'die',
      'der',
      'das',
      'ist',
      'lautet',
      'an',
      'unter',
      'und',
      'ich',
      'ja',
      'also',
      'mail',
      'adresse',
      'email',
      'bin',
      'sie',
      'mich',
      'bitte',
    ],
  };
}

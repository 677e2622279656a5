/** Sentences around a value; `{}` is the value. Grouped by what they say about it. */
export const PHONE_TOLD: readonly string[] = [
  'my phone number is {}',
  'you can reach me at {}',
  'call me back on {} please',
  'yeah sure it is {} that is my cell',
  'Could you text {} when the driver is close?',
  'The best number to reach me is {}.',
  'my mobile is {}, I usually pick up after five',
  'please update the telephone on file to {}',
  'Hi, this is about the leak upstairs, my number is {}, thanks.',
  'fax it over to fax number {} and mark it urgent',
  'contact number {} extension is the same as before',
  'so the callback number would be {} okay',
  'you get me on my mobile {} if the line drops',
  'ring my husband instead, his number is {}',
  'Caller ID shows {} on our side.',
  'dial {} and ask for the front desk',
  '{{"phone":"{}"}}',
];

export const PHONE_UNTOLD: readonly string[] = [
  '{}',
  'yes {}',
  'okay so {}',
  "it's {}",
  'sure, {}, thank you',
  'Right. {}. Did you get that?',
  'um {} I think',
  'and that would be {}',
  'let me see, {}',
];

export const CARD_TOLD: readonly string[] = [
  'my card number is {}',
  'the card is {} and it expires next year',
  'charge it to my visa {}',
  'Use the mastercard ending soon, full number {}.',
  'I would like to pay by credit card, {}',
  'put it on the debit card {} please',
  'credit card {} declined twice',
  'okay ready for the card? {}',
  'so my amex is {}',
];

export const CARD_UNTOLD: readonly string[] = [
  '{}',
  'sure it is {}',
  'yes, {}',
  "okay here's the long number {}",
  'right so {} got it?',
];

export const SSN_TOLD: readonly string[] = [
  'my social security number is {}',
  'social is {}',
  'the SSN on file should be {}',
  'for verification my social is {}',
  'my social security is {}, is that what you need?',
];

export const SSN_UNTOLD: readonly string[] = ['{}', "yes it's {}", 'okay {}', 'that would be {}'];

export const EMAIL_TOLD: readonly string[] = [
  'my email is {}',
  'my email address is {}',
  'send the invoice to my email {} please',
  'you can email me at {}',
  'the e-mail on the account is {}, right?',
  'Could you resend the confirmation mail to {}?',
  'it bounced, the email should be {}',
  'I signed up with {} as my email',
  'email, that is {}',
];

export const EMAIL_UNTOLD: readonly string[] = [
  "it's {}",
  'sure {}',
  'yes {} thanks',
  'write to {} instead',
  'reach me at {} any time',
  '{}',
  'send it over to {} today',
];

/** Sentences of the other languages, by language. */
export const PHONE_FOREIGN: Readonly<Record<string, readonly string[]>> = {
  es: ['mi número es {}', 'sí, el teléfono es {}', 'llámame al {} por favor', 'apunte, {}'],
  de: ['meine Nummer ist {}', 'also die Telefonnummer lautet {}', 'Sie erreichen mich unter {}', 'ja, {}'],
  fr: ['mon numéro est {}', "oui c'est {}", 'vous pouvez me joindre au {}', 'alors, {}'],
  hi: ['मेरा नंबर है {}', 'हाँ लिखिए {}', 'मेरा मोबाइल {} है'],
  hinglish: ['mera number hai {}', 'haan likhiye {} theek hai', 'mobile number {} hai ji'],
};

/** What recognisers and people put before and behind a sentence. */
export const LEADS: readonly string[] = [
  '',
  '',
  '',
  '',
  'um ',
  'yeah so ',
  'okay ',
  'hi there, ',
  'sorry about the noise, ',
  'hold on, ',
  'right, ',
];
export const TAILS: readonly string[] = [
  '',
  '',
  '',
  '',
  ' thanks',
  ', thank you so much',
  ' okay?',
  ' and that is all',
  '. Let me know.',
  ' please',
];

import type { LocaleTable } from './table.js';

/** Long lists of words stay readable this way. */
function words(list: string): string[] {
  return list.split(/\s+/).filter((word) => word !== '');
}

/** English: complete, with the ways people dictate digits and addresses. Made when it is first used. */
export const en = (): LocaleTable => ({
  name: 'en',
  units: {
    zero: '0',
    oh: '0',
    o: '0',
    nought: '0',
    naught: '0',
    aught: '0',
    nil: '0',
    one: '1',
    two: '2',
    three: '3',
    four: '4',
    five: '5',
    fife: '5',
    six: '6',
    seven: '7',
    eight: '8',
    nine: '9',
    niner: '9',
  },
  pairs: {
    ten: '10',
    eleven: '11',
    twelve: '12',
    thirteen: '13',
    fourteen: '14',
    fifteen: '15',
    sixteen: '16',
    seventeen: '17',
    eighteen: '18',
    nineteen: '19',
  },
  tens: {
    twenty: '20',
    thirty: '30',
    forty: '40',
    fourty: '40',
    fifty: '50',
    sixty: '60',
    seventy: '70',
    eighty: '80',
    ninety: '90',
  },
  hundreds: ['hundred'],
  thousands: ['thousand', 'million', 'billion', 'trillion', 'lakh', 'lakhs', 'crore', 'crores'],
  repeats: { double: 2, triple: 3, treble: 3, quadruple: 4, quintuple: 5 },
  plurals: {
    zeros: '0',
    zeroes: '0',
    ohs: '0',
    "o's": '0',
    ones: '1',
    twos: '2',
    threes: '3',
    fours: '4',
    fives: '5',
    sixes: '6',
    sevens: '7',
    eights: '8',
    nines: '9',
  },
  ambiguous: ['o', 'aught'],
  soundalikes: {
    to: '2',
    too: '2',
    for: '4',
    fore: '4',
    ate: '8',
    won: '1',
    tree: '3',
    free: '3',
    sex: '6',
    sics: '6',
    sicks: '6',
    juan: '1',
    wan: '1',
    owe: '0',
    ow: '0',
    ought: '0',
  },
  fillers: words(`
    dot period point stroke uh um er erm ah eh hmm hm mm mhm like and then so okay ok yeah yep yes right well dash hyphen minus space pause
    comma slash area code prefix next that's it's is it let me see you know followed by after the a
    first last digits digit number is uhm umm uhh got alright sure good great go ahead ready
    ummm uhhh err hmmm mhmm huh hold hang on what was this check look looking here there there's now just rest other
    part group said open close closed paren parens parenthesis parentheses bracket brackets times sec country
    international think believe remember basically exactly as in`),
  corrections: words(`
    no wait sorry oops actually correction scratch mean meant i'm i that rather make let's let me start over
    repeat nope excuse pardon mistake wrong strike apologies my bad start try again restart begin instead forget`),
  plus: ['plus'],
  extension: ['extension', 'ext', 'extn', 'x'],
  at: ['at'],
  dot: ['dot', 'period', 'point'],
  underscore: ['underscore', 'underline'],
  dash: ['dash', 'hyphen', 'minus', 'plus', 'apostrophe'],
  cues: {
    phone: words(`
      phone phones telephone ph cell cellphone mobile mob fax tel landline whatsapp callback hotline voicemail
      phone_number phonenumber msisdn caller callee`),
    call: words('call calling called reach text texting dial dialed dialled ring sms contact ping'),
    credit_card: words(`
      card cards creditcard visa mastercard amex maestro discover diners unionpay rupay credit debit cc pan
      cardnumber american_express`),
    ssn: words('ssn social security socials sin'),
    number: words('number numbers no nr num digits'),
    id: words(`
      id ids order orders ticket tickets case invoice tracking shipment reference ref confirmation booking
      reservation transaction txn serial sku isbn ean upc gtin imei build commit version release revision pr pull
      issue bug job task trace span request session event hash timestamp ts epoch unix port pid uid uuid guid row
      batch part model flight zip zipcode postcode postal latency latencies offset bytes byte size count total tokens token seed
      lat lon latitude longitude coordinates amount price cost balance page pages chapter po lot unit
      checksum crc memory limit max min heap rss capacity duration uptime elapsed index sequence seq nonce length width height created updated expires
      iat exp nbf time date license licence policy claim member membership article item product parcel package
      docket waybill consignment manifest voucher receipt certificate contract meter meters odometer mileage gauge
      reading readings patent fibonacci primes ports binary bits account acct routing badge room seat gate locker frame block blocks`),
    unit: words(`
      ms milliseconds millisecond seconds second minutes minute hours hour days weeks months years dollars dollar
      bucks cents euros euro pounds percent bytes kb mb gb tokens requests rows users px pixels meters metres miles
      km kilometers kilometres degrees times units items people points records lines samples hz khz feet inches
      o'clock am pm usd eur gbp kilos kg grams watts volts steps followers views likes downloads subscribers visitors copies`),
    last: words('ending ends end last final'),
    own: words(`my your his her their our whose mine contact best home work office new old personal business daytime
      alternate direct main backup emergency`),
    email: words(`email emails e-mail mail mails mailbox gmail email's inbox`),
    lead: words(`it's its that's contact reach write send sent ping message cc bcc address addresses forward reply
      username login`),
    code: words('code codes pin otp passcode verification password authentication 2fa security'),
    birth: words('born birth birthday dob birthdate birthdays bday'),
    test: words('testing test check mic microphone count counting countdown'),
  },
  stops: words(`
    a an the i you he she it we they me us him them my your his her our their this that these those there here is
    am are was were be been being do does did done have has had will would shall should can could may might must
    to of in on at for from by with about as into over under up down out off and or but if so because than then when
    where who what which how why not no yes yeah yep okay ok sure right well oh uh um er hmm like just really very
    please thanks thank hello hi hey good great fine email mail e-mail emails address addresses contact reach
    reached write send sent use using try via it's its that's i'm i'll i've you're you'll we're we'll they're let's
    let get got go going come came look looking looked work works working worked shop shopping shopped buy bought
    order ordered find found visit visited see saw check checked meet meeting met available online more details
    info's name called call calling ping message text forward copy cc and's again now later today tomorrow
    tonight stay stayed stop stopped live living lives arrive arrived start starts starting started sign signed
    log logged register registered user username login account one's is: so: also too only still even back end ends ended
    ending finish hosted running located based posted listed deployed served published documented sorry actually
    correction wait`),
});

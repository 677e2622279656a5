/** Mail providers, which people also name without "dot com". */
export const MAIL_PROVIDERS: ReadonlySet<string> = new Set(
  `gmail googlemail yahoo hotmail outlook icloud aol protonmail proton gmx yandex msn zoho fastmail comcast verizon
  rediffmail orange wanadoo libero tutanota laposte mailbox tonline ymail rocketmail sbcglobal bellsouth yahoomail aolmail icloudmail outlookmail hotmale btinternet virginmedia जीमेल याहू हॉटमेल`.split(
    /\s+/,
  ),
);

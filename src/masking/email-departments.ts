/** Accounts of a department rather than a person. */
export const DEPARTMENTS: ReadonlySet<string> = new Set(
  `info support sales contact hello admin help office team press jobs hr careers service orders feedback webmaster
  postmaster noreply enquiries inquiries billing accounts reception booking bookings marketing legal privacy
  security newsletter recruiting finance kontakt contacto ventas soporte`.split(/\s+/),
);
/** What stands before the name of a department as a part of it: "customer service", "accounts receivable". */
const QUALIFIERS: ReadonlySet<string> = new Set(
  `customer tech technical human guest front student client member public general head main accounts sales`.split(
    /\s+/,
  ),
);

/** Whether a word that stands before an account is a part of it. */
export function qualifies(word: string): boolean {
  return QUALIFIERS.has(word);
}

/** Whether an account is that of a department, also with what stands before its name. */
export function isDepartment(account: string): boolean {
  if (DEPARTMENTS.has(account)) return true;
  for (const word of QUALIFIERS) if (account.startsWith(word)) return true;
  return false;
}

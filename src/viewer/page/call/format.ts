const NUMBERS = new Intl.NumberFormat('en');

/** `1,400 ms` */
export function ms(value: number): string {
  return `${NUMBERS.format(Math.round(value))} ms`;
}

/** `12,345` */
export function count(value: number): string {
  return NUMBERS.format(value);
}

/** Seconds as they stand in attributes, in milliseconds for people. */
export function secondsAsMs(seconds: number): string {
  return ms(seconds * 1000);
}

/** `1 turn`, `2,000 turns` */
export function plural(n: number, one: string, many: string): string {
  return `${NUMBERS.format(n)} ${n === 1 ? one : many}`;
}

/** A name of the vocabulary for people: `user_left` is read as `user left`. */
export function words(name: string): string {
  return name.replaceAll('_', ' ');
}

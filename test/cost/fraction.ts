/** Exact fractions, for tests only: shares nothing with the code under test. */
export interface Exact {
  n: bigint;
  d: bigint;
}

/** Evaluates `+`, `*`, `/` and brackets over plain decimals. */
export function evaluate(expression: string): Exact {
  const tokens = expression.match(/\d+(?:\.\d+)?|[()+*/]/g) ?? [];
  let at = 0;
  const sum = (): Exact => {
    let left = product();
    while (tokens[at] === '+') {
      at += 1;
      const right = product();
      left = { n: left.n * right.d + right.n * left.d, d: left.d * right.d };
    }
    return left;
  };
  const product = (): Exact => {
    let left = factor();
    while (tokens[at] === '*' || tokens[at] === '/') {
      const divide = tokens[at] === '/';
      at += 1;
      const right = factor();
      left = divide
        ? { n: left.n * right.d, d: left.d * right.n }
        : { n: left.n * right.n, d: left.d * right.d };
    }
    return left;
  };
  const factor = (): Exact => {
    const token = tokens[at] ?? '';
    at += 1;
    if (token !== '(') return decimal(token);
    const inner = sum();
    at += 1;
    return inner;
  };
  const value = sum();
  if (at !== tokens.length) throw new Error(`cannot evaluate ${expression}`);
  return value;
}

export function decimal(text: string): Exact {
  const [whole = '0', fraction = ''] = text.split('.');
  return { n: BigInt(whole + fraction), d: 10n ** BigInt(fraction.length) };
}

/** The double nearest to a fraction: through a decimal far longer than any double needs. */
export function nearestDouble({ n, d }: Exact): number {
  const digits = ((n * 10n ** 60n) / d).toString().padStart(61, '0');
  return Number(`${digits.slice(0, -60)}.${digits.slice(-60)}`);
}

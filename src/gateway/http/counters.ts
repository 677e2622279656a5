/** Counters and gauges in the text format of Prometheus. */
export class Counters {
  readonly #counts = new Map<string, Map<string, number>>();

  /** Adds to a counter. Labels come from small fixed sets: signals, statuses, names of targets. */
  add(name: string, labels: Readonly<Record<string, string>>, amount: number): void {
    if (amount === 0) return;
    const series = this.#counts.get(name) ?? new Map<string, number>();
    this.#counts.set(name, series);
    const key = labelText(labels);
    series.set(key, (series.get(key) ?? 0) + amount);
  }

  /** All counters as lines, in the order of their first use. */
  lines(): string[] {
    return [...this.#counts].flatMap(([name, series]) => [
      `# TYPE ${name} counter`,
      ...[...series].map(([labels, value]) => `${name}${labels} ${value}`),
    ]);
  }
}

/** One value of a metric and its labels. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The lines of a metric whose values are read when they are asked for. */
export function metricLines(type: 'counter' | 'gauge', name: string, samples: readonly Sample[]): string[] {
  if (samples.length === 0) return [];
  return [
    `# TYPE ${name} ${type}`,
    ...samples.map(({ labels, value }) => `${name}${labelText(labels ?? {})} ${value}`),
  ];
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels).map(
    ([key, value]) => `${key}="${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`,
  );
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

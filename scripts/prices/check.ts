import { type Finding, findings } from './findings.js';
import { MODEL_TABLES, readModels, readServices } from './tables.js';

// Prints the rows of the price tables that are older than 90 days or whose readings disagree.
// --date YYYY-MM-DD takes another day for today; --strict fails when there is any.
const dateAt = process.argv.indexOf('--date');
const today = dateAt === -1 ? new Date() : new Date(`${process.argv[dateAt + 1]}T00:00:00Z`);
if (Number.isNaN(today.getTime())) throw new TypeError('--date must be YYYY-MM-DD');

const found: Finding[] = [];
let rows = 0;
for (const table of MODEL_TABLES) {
  for (const model of readModels(table)) {
    rows += model.prices.length;
    found.push(...findings(`${table} ${model.provider}/${model.model}`, model.prices, today));
  }
}
for (const service of readServices()) {
  rows += service.prices.length;
  found.push(...findings(`infrastructure ${service.provider}/${service.service}`, service.prices, today));
}

for (const kind of ['disagreement', 'stale'] as const) {
  const those = found.filter((finding) => finding.kind === kind);
  console.log(`${kind}: ${those.length} of ${rows} rows`);
  for (const finding of those) console.log(`  ${finding.row}: ${finding.detail}`);
}
if (process.argv.includes('--strict') && found.length > 0) process.exitCode = 1;

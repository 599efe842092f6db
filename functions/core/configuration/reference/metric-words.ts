import { METRIC_WORDS, NOT_TRAFFIC } from '../../diagnosis/metric-classes.ts';
import { code, table } from './markdown-table.ts';

/** Which words in the names of metrics stand for what, as Markdown. */
export function metricWords(): string {
  const exceptions = NOT_TRAFFIC.map(code).join(', ');
  const rows = Object.entries(METRIC_WORDS).map(([name, words]) => [
    code(name),
    `${words.map(code).join(', ')}${name === 'traffic' ? `; not in names that contain ${exceptions}` : ''}`,
  ]);
  return table(['Class', 'Words'], rows);
}

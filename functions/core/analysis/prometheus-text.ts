/**
 * Prometheus' text format, as far as one metric is looked for in it.
 * https://prometheus.io/docs/instrumenting/exposition_formats
 */
export interface SampleSelector {
  readonly sample: string;
  /** Labels that a sample must have, with these values. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The sum of the samples that match.
 *
 * - `unknown`: the page has no metric of this name
 * - `no-value`: none of its samples has these labels, or their values are no numbers, which stands for "not measured"
 */
export function sampleIn(page: string, { sample, labels }: SampleSelector): number | 'unknown' | 'no-value' {
  let isKnown = false;
  let sum: number | undefined;
  for (const line of page.split('\n')) {
    if (line.startsWith('#')) {
      // A metric without samples yet is announced all the same.
      const [, , name] = line.split(/[ \t]+/);
      isKnown ||= name === sample;
      continue;
    }
    const found = sampleOf(line.trim());
    if (found?.name !== sample) continue;
    isKnown = true;
    const isWanted = Object.entries(labels).every(([name, value]) => found.labels.get(name) === value);
    if (!isWanted || !Number.isFinite(found.value)) continue;
    sum = (sum ?? 0) + found.value;
  }
  if (!isKnown) return 'unknown';
  return sum ?? 'no-value';
}

interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const LABEL = String.raw`[A-Za-z_][A-Za-z0-9_]*[ \t]*=[ \t]*"(?:[^"\\]|\\.)*"`;
const LINE = new RegExp(
  String.raw`^([A-Za-z_:][A-Za-z0-9_:]*)[ \t]*(?:\{[ \t]*((?:${LABEL}[ \t]*,?[ \t]*)*)\})?[ \t]*(\S+)`,
);
const LABELS = /([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"/g;

function sampleOf(line: string): Sample | undefined {
  const match = LINE.exec(line);
  if (!match) return undefined;
  const [, name = '', written = '', value = ''] = match;
  const labels = [...written.matchAll(LABELS)].map(
    ([, label = '', text = '']) => [label, unescaped(text)] as const,
  );
  return { name, labels: new Map(labels), value: numberOf(value) };
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}

/** As Go writes it. */
function numberOf(text: string): number {
  if (/^[+-]?Inf$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?[\d.]/.test(text) ? Number(text) : Number.NaN;
}

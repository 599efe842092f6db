import { templateOf } from './line-template.ts';

/** A line of a log, as it was written: it leaves the function only as a template. */
export interface LogLine {
  readonly atMs: number;
  readonly text: string;
}

/** Lines that say the same. */
export interface LogSignature {
  /** Without personal data, 200 characters at most. */
  readonly template: string;
  readonly count: number;
  readonly firstMs: number;
}

/** The groups of error lines that only appear since the onset, the most frequent first. */
export function newSignatures(
  before: readonly LogLine[],
  since: readonly LogLine[],
): readonly LogSignature[] {
  const known = new Set(before.map(({ text }) => templateOf(text)));
  const found = new Map<string, LogSignature>();
  for (const { atMs, text } of since) {
    const template = templateOf(text);
    if (template === undefined || known.has(template)) continue;
    const { count = 0, firstMs = atMs } = found.get(template) ?? {};
    found.set(template, { template, count: count + 1, firstMs: Math.min(firstMs, atMs) });
  }
  return [...found.values()].sort(
    (one, other) =>
      other.count - one.count || one.firstMs - other.firstMs || (one.template < other.template ? -1 : 1),
  );
}

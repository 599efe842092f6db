import { describe, expect, it } from 'vitest';
import { kernelLines } from '../../../cli/presenters/kernel.ts';
import { kernelFindings } from '../../../functions/core/diagnosis/kernel/kernel-findings.ts';
import { QUIET_LOOK } from '../../factories/kernel-look.ts';
import { recordedContext } from '../cli/output.ts';
import { fencesOf, readPages } from './pages.ts';

/** Samples that a test of their own compares with what was really printed. */
const SESSION = 'docs/session.md';

const samples = readPages()
  .flatMap(fencesOf)
  .filter(({ language, page }) => language === '' && page.path !== SESSION)
  .map(({ page, text }) => ({ path: page.path, lines: text.trimEnd().split('\n') }));

const LOOK = {
  ...QUIET_LOOK,
  milliseconds: 10_100,
  processes: 1,
  threads: 6,
  hostCpuPercent: 98,
  cpuMs: 400,
  runDelayMs: 3_102,
  longestRunDelayMs: 44.43,
  failedCalls: {},
};

/** What really prints each sample. */
const PRINTED: Readonly<Record<string, readonly string[]>> = {
  'docs/profiles.md': kernelLines(recordedContext(), [
    { instanceId: 'i-0a1b2c3d4e5f60001', look: LOOK, ...kernelFindings(LOOK) },
  ]),
};

/** Whether a sample shows lines as they are printed; `…` stands for lines left out, as does the end. */
function isShownBy(sample: readonly string[], printed: readonly string[]): boolean {
  const [line, ...rest] = sample;
  if (line === undefined) return true;
  if (line === '…') return printed.some((_, index) => isShownBy(rest, printed.slice(index)));
  return line === printed[0] && isShownBy(rest, printed.slice(1));
}

describe('samples of output in the documentation', () => {
  it.each(samples)('match what is really printed, in $path', ({ path, lines }) => {
    const printed = PRINTED[path] ?? [];
    if (!isShownBy(lines, printed)) expect(lines).toEqual(printed);
    expect(printed).not.toEqual([]);
  });

  it('all have something here that prints them', () => {
    expect(samples.map(({ path }) => path)).toEqual(Object.keys(PRINTED));
  });

  it('do not match where a line differs', () => {
    expect(isShownBy(['a', '…', 'd'], ['a', 'b', 'c', 'd', 'e'])).toBe(true);
    expect(isShownBy(['a', 'c'], ['a', 'b', 'c'])).toBe(false);
    expect(isShownBy(['…', 'f'], ['a', 'b'])).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { keptStreams, listedOutput } from '../../../local/ssm/kept-output.ts';
import { commandOutcome } from '../../factories/operations/command-outcome.ts';

const HEADING = '\n----------ERROR-------\n';

describe('the output of a command as Run Command keeps it', () => {
  it('is whole as long as both streams and the heading are below 2,500 bytes', () => {
    expect(listedOutput('done', '')).toBe('done');
    expect(listedOutput('', 'no')).toBe(`${HEADING}no`);
    expect(listedOutput('a'.repeat(1_000), 'b'.repeat(1_400))).toBe(
      `${'a'.repeat(1_000)}${HEADING}${'b'.repeat(1_400)}`,
    );
  });

  it.each([
    ['a long stdout', 'a'.repeat(5_000), '', /^a+\n---Output truncated---$/],
    ['a long stderr', '', 'b'.repeat(5_000), /^\n----------ERROR-------\nb+\n---Error truncated----$/],
    ['a long stderr after a short stdout', 'a', 'b'.repeat(5_000), /^a\n-+ERROR-+\nb{2452}\n---Error/],
    [
      'a long stdout before a short stderr',
      'a'.repeat(5_000),
      'b',
      /^a{2452}\n---Output truncated---\n-+ERROR-+\nb$/,
    ],
    ['two long streams', 'a'.repeat(5_000), 'b'.repeat(5_000), /^a{1215}\n---Out[^b]+\nb{1215}\n---Error/],
  ])('keeps the beginnings of %s, 2,500 bytes in all', (_what, stdout, stderr, expected) => {
    const output = listedOutput(stdout, stderr);
    expect(output).toMatch(expected);
    expect(Buffer.byteLength(output)).toBeLessThanOrEqual(2_500);
  });

  it('counts bytes, so that fewer characters of other scripts are kept', () => {
    expect(Buffer.byteLength(keptStreams('', 'ä'.repeat(8_000)).stderr)).toBeLessThanOrEqual(8_002);
    expect(keptStreams('x'.repeat(30_000), '').stdout).toHaveLength(24_000);
  });

  it('keeps a verdict that comes first, whatever follows it', () => {
    const output = listedOutput(
      '',
      `selfheal: START_FAILED: web.service did not start\n${'| noise\n'.repeat(2_000)}`,
    );
    const outcome = commandOutcome('Failed', [{ instanceId: 'i-a', status: 'Failed', output }], ['i-a']);
    expect(outcome?.detail).toBe('i-a Failed: selfheal: START_FAILED: web.service did not start');
  });
});

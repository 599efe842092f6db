import { expect, it } from 'vitest';
import { profileLines } from '../../../cli/presenters/profile.ts';
import { recordedContext } from './output.ts';

const output = recordedContext();

it('a profile shows a host that has never answered, and why', () => {
  const lines = profileLines(
    output,
    [{ instanceId: 'i-1', missing: 'the host is offline', measured: [] }],
    0,
  );
  expect(lines).toEqual(['i-1: nothing was read yet', 'missing: the host is offline']);
});

it('a profile shows each column with what is expected by each detector', () => {
  const standing = {
    component: 'shop',
    series: 's',
    samples: 9,
    last: { atMs: 0, score: 1.234, expected: 100.04 },
  };
  const lines = profileLines(
    output,
    [
      {
        instanceId: 'i-1',
        measuredAtMs: 0,
        measured: [
          { column: 'cpu_percent', value: 12.3456, watched: [] },
          {
            column: 'threads',
            value: 101,
            watched: [
              { ...standing, detector: 'trend' },
              { ...standing, detector: 'z_score', open: { atMs: 0, sinceMs: 0, score: 9, tier: 'CRITICAL' } },
            ],
          },
        ],
      },
    ],
    120_000,
  );
  expect(lines[0]).toContain('i-1, 2m 00s ago');
  expect(lines.find((line) => line.startsWith('cpu_percent'))).toContain('12.35');
  expect(lines.find((line) => line.startsWith('threads (trend)'))).toMatch(
    /101\s+100\s+1\.234\s+as expected/,
  );
  expect(lines.find((line) => line.startsWith('threads (z_score)'))).toContain('CRITICAL');
});

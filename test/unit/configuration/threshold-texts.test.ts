import { describe, expect, it } from 'vitest';
import { componentText, expectProblem, ONE_HOST, verdictsOf } from './configuration-text.ts';

const text = (entry: string, thresholds = '') =>
  `${thresholds === '' ? '' : `settings: { thresholds: { ${thresholds} } }\n`}${componentText(ONE_HOST, 'service: a.service', `anomalies: { memory: { ${entry} } }`)}`;

const ENTRY = 'components.web.anomalies.memory';
const SWAP = (direction: string) => `Swap the levels, or write \`direction: ${direction}\`.`;

/** The entry, the levels of the settings, and what is said about them. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'detector: threshold',
    '',
    [
      `error levels-needed ${ENTRY}: \`detector: threshold\` needs levels, and \`settings.thresholds\` has none for \`memory\` → Add \`threshold: { warning: …, critical: … }\`, or \`memory\` under \`settings.thresholds\`.`,
    ],
  ],
  [
    'threshold: { critical: 90 }',
    '',
    [
      `error conflicting-keys ${ENTRY}.threshold: \`seasonal\` learns what is usual, and has no use for levels → Write \`detector: threshold\`, or remove \`threshold\`.`,
    ],
  ],
  [
    'detector: threshold, threshold: {}',
    '',
    [
      `error levels-needed ${ENTRY}.threshold: neither \`warning\` nor \`critical\` is set, so that nothing would ever be reported → Add \`warning\`, \`critical\` or both.`,
    ],
  ],
  [
    'detector: threshold, threshold: { critical: 90, escalateSeconds: 1h }',
    '',
    [
      `error levels-needed ${ENTRY}.threshold.escalateSeconds: there is no \`warning\` level that could become critical → Add \`warning\`, or remove \`escalateSeconds\`.`,
    ],
  ],
  [
    'detector: threshold, threshold: { warning: 95, critical: 90 }, direction: above',
    '',
    [
      `error out-of-range ${ENTRY}.threshold.critical: values are bad above the levels, and 90 is reached before the warning level of 95 → ${SWAP('below')}`,
    ],
  ],
  [
    'detector: threshold, threshold: { warning: 80, critical: 90 }, direction: below',
    '',
    [
      `error out-of-range ${ENTRY}.threshold.critical: values are bad below the levels, and 90 is reached before the warning level of 80 → ${SWAP('above')}`,
    ],
  ],
  ['detector: threshold, threshold: { warning: 90, critical: 90 }, direction: above', '', []],
  ['detector: threshold, threshold: { warning: 90 }, direction: above', '', []],
  [
    '',
    'memory: { critical: 90 }',
    [
      'warning threshold-without-use settings.thresholds.memory: these levels watch nothing: no series with `detector: threshold` is about `memory` → Add `memory: { detector: threshold }` under the `anomalies` of the components that are to be watched, or remove the levels.',
    ],
  ],
  [
    'detector: threshold, threshold: { critical: 80 }',
    'memory: { critical: 90 }',
    [
      'warning threshold-without-use settings.thresholds.memory: these levels watch nothing: no series with `detector: threshold` is about `memory` → Add `memory: { detector: threshold }` under the `anomalies` of the components that are to be watched, or remove the levels.',
    ],
  ],
  [
    'detector: threshold',
    'memory: {}',
    [
      'error levels-needed settings.thresholds.memory: neither `warning` nor `critical` is set, so that nothing would ever be reported → Add `warning`, `critical` or both.',
    ],
  ],
];

describe('the levels of a series', () => {
  it.each(CASES)(
    'are reported in words that say what to do: { %s } with { %s }',
    (entry, thresholds, said) => {
      expect(verdictsOf(text(entry, thresholds))).toEqual(said);
    },
  );

  it.each([
    ['threshold', '▼threshold: { critical: 90 }', 'conflicting-keys'],
    ['threshold', 'detector: threshold, ▼threshold: {}', 'levels-needed'],
  ] as const)('are reported at the key %s: %s', (key, entry, code) => {
    expectProblem(text(entry), { code, path: `${ENTRY}.${key}` });
  });

  it('are reported at the name of a series that has none', () => {
    const marked = text('detector: threshold').replace('memory:', '▼memory:');
    expectProblem(marked, { code: 'levels-needed', path: ENTRY });
  });

  it('are reported at their name in the settings if nothing uses them', () => {
    expectProblem(text('', '▼memory: { critical: 90 }'), {
      ...{ code: 'threshold-without-use', severity: 'warning', path: 'settings.thresholds.memory' },
    });
  });
});

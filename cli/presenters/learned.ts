import type { LearnedStanding } from '../../functions/app/queries/learned.ts';
import type { Output } from '../output.ts';
import { rateText } from './report/sections.ts';
import { columns } from './table.ts';
import { count, moment, span } from './words.ts';

/** Patterns, what they suggest, whether they still hold, and what can be restored. */
export function learnedLines(output: Output, standing: LearnedStanding, nowMs: number): readonly string[] {
  const { mode, procedures, preferences, drifts, backups } = standing;
  const head = `Learning: ${mode}, ${count(procedures.length, 'pattern')}`;
  const title = (text: string) => ['', output.paint('bold', text)];
  return [
    head,
    ...(procedures.length === 0
      ? []
      : [
          '',
          ...columns(
            output,
            [
              'STRATEGY · KIND · CAUSE',
              'STEPS',
              'SUCCESS RATE',
              'SAMPLES',
              'MEDIAN',
              'LAST USED',
              'OUTCOMES',
            ],
            procedures.map((procedure) => [
              procedure.key,
              procedure.steps.join(', ') || '(not configured)',
              rateText(procedure.successRate),
              procedure.samples.toFixed(1),
              procedure.medianRecoveryMs === undefined ? '–' : span(procedure.medianRecoveryMs),
              `${span(Math.max(0, nowMs - procedure.lastUsedMs))} ago`,
              Object.entries(procedure.outcomes)
                .map(([outcome, times]) => `${times} ${outcome}`)
                .join(', '),
            ]),
          ),
        ]),
    ...(preferences.length === 0 ? [] : title(mode === 'apply' ? 'Applied' : 'Suggested')),
    ...preferences.map(
      ({ preferred, over }) =>
        `${preferred.strategyId} before ${over.strategyId} against ${preferred.cause}: ${rateText(preferred.successRate)} against ${rateText(over.successRate)}`,
    ),
    ...(drifts.length === 0 ? [] : title('What may no longer hold')),
    ...drifts.flatMap(({ kind, severity, patterns, detail, recommendation, p, slope }) => [
      `${output.paint(severity === 'HIGH' ? 'red' : 'yellow', kind)} ${patterns.join('; ')}`.trimEnd(),
      `  ${detail}${p === undefined ? '' : `; by chance with p = ${p.toPrecision(2)}`}${slope === undefined ? '' : `; slope ${slope.toFixed(3)}`}`,
      `  To do: ${recommendation}`,
    ]),
    ...(backups.length === 0 ? [] : title('Backups, for `selfheal learned restore --backup`')),
    ...backups
      .toReversed()
      .map(({ id, replacedAtMs, by, why }) => `${id}: before a ${why} at ${moment(replacedAtMs)} by ${by}`),
  ];
}

import { InvalidPattern } from './pattern-operators.ts';

const UNITS: Readonly<Record<string, number>> = {
  minute: 60_000,
  minutes: 60_000,
  hour: 3_600_000,
  hours: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
};

/**
 * Milliseconds between two events of a schedule: `rate(5 minutes)`. `cron(…)` is not known here.
 *
 * @throws InvalidPattern
 */
export function scheduleMilliseconds(expression: string): number {
  const [, value, unit = ''] = /^rate\(([1-9]\d*) ([a-z]+)\)$/.exec(expression) ?? [];
  const milliseconds = UNITS[unit];
  const isSingular = unit !== '' && !unit.endsWith('s');
  if (milliseconds === undefined || isSingular !== (Number(value) === 1)) {
    throw new InvalidPattern(
      `ScheduleExpression ${expression}: only rate(1 minute), rate(5 minutes), … are known here`,
    );
  }
  return Number(value) * milliseconds;
}

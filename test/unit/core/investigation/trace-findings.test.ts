import { describe, expect, it } from 'vitest';
import type { FailedTrace } from '../../../../functions/core/investigation/failed-trace.ts';
import { type ReadTraces, traceFindings } from '../../../../functions/core/investigation/trace-findings.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const failed = (id: string, ...services: readonly string[]): FailedTrace => ({
  id,
  causes: services.map((service) => ({ failure: 'fault', path: [service] })),
});
const found = (traces: readonly FailedTrace[] | undefined, more: Partial<ReadTraces> = {}) =>
  traceFindings(NOON, { names: ['orders'], ...(traces && { traces }), scanned: 40, problems: [], ...more });

describe('the findings in X-Ray', () => {
  it('count the requests that failed and their reasons, with one request to look at for each', () => {
    expect(found([failed('1-a', 'pay'), failed('1-b', 'stock'), failed('1-c', 'pay')])).toEqual({
      ...{ outcome: 'SUCCEEDED', isNews: true },
      lines: [
        '3 traced requests failed for 2 reasons since 2026-11-22T13:30:00Z (40 traces scanned): orders',
        '2 × fault: pay (trace 1-a)',
        '1 × fault: stock (trace 1-b)',
      ],
    });
  });

  it('speak of one request and of one reason as of one', () => {
    const where = 'since 2026-11-22T13:30:00Z (40 traces scanned): orders';
    const headlineOf = (...traces: readonly FailedTrace[]) => found(traces).lines[0];
    expect(headlineOf(failed('1-a', 'pay'))).toBe(`1 traced request failed for 1 reason ${where}`);
    expect(headlineOf(failed('1-a', 'pay', 'stock'))).toBe(`1 traced request failed for 2 reasons ${where}`);
    expect(headlineOf(failed('1-a', 'pay'), failed('1-b', 'pay'))).toBe(
      `2 traced requests failed for 1 reason ${where}`,
    );
  });

  it('say so when no request failed, which is no news', () => {
    expect(found([], { names: ['orders', 'orders-v2'] })).toEqual({
      ...{ outcome: 'SUCCEEDED', isNews: false },
      lines: ['No traced request failed since 2026-11-22T13:30:00Z (40 traces scanned): orders, orders-v2'],
    });
  });

  it('are five reasons at most, and how many rarer ones there are', () => {
    const services = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const reasons = (count: number) => found([failed('1-a', ...services.slice(0, count))]).lines.slice(1);
    expect(reasons(5)).toEqual(services.slice(0, 5).map((each) => `1 × fault: ${each} (trace 1-a)`));
    expect(reasons(7).slice(4)).toEqual(['1 × fault: e (trace 1-a)', 'and 2 more, which are rarer']);
  });

  it('name what could not be read, and have failed if that is all', () => {
    const problems = ['not read: AccessDenied', 'not read: throttled'];
    expect(found(undefined, { problems })).toEqual({
      ...{ outcome: 'FAILED', isNews: false },
      lines: ['X-Ray: not read: AccessDenied', 'X-Ray: not read: throttled'],
    });
    expect(found([], { problems: ['there are more'] }).lines.at(-1)).toBe('X-Ray: there are more');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPERATION_RESULTS, type Operation } from '../../../../functions/core/operation/operation.ts';
import { faultsOf } from '../../../../functions/core/report/faults.ts';
import { reportOf } from '../../../../functions/core/report/report.ts';
import { momentAt, ranOperation, recordsOf } from '../../../factories/report/records.ts';

const HOURS = 4;
const SECONDS = HOURS * 3_600;

/** A life of one component: repairs one after the other, as claims make sure. */
const life = fc
  .array(
    fc.record({
      pause: fc.integer({ min: 1, max: 6_000 }),
      wait: fc.nat(60),
      took: fc.integer({ min: 1, max: 900 }),
      result: fc.constantFrom(...OPERATION_RESULTS),
    }),
    { maxLength: 6 },
  )
  .map((repairs) => (component: string): readonly Operation[] => {
    let atSecond = -1_000;
    return repairs.map(({ pause, wait, took, result }) => {
      const raised = atSecond + pause;
      const started = raised + wait;
      atSecond = started + took;
      return ranOperation({ component, raised, started, ended: atSecond, result });
    });
  });
const lives = fc.record({ web: life, api: life, db: life });

describe('every report', () => {
  it('agrees with a plain recomputation', () => {
    fc.assert(
      fc.property(lives, (all) => {
        const operations = Object.entries(all)
          .flatMap(([component, of]) => of(component))
          .filter(({ completedAtMs = 0 }) => completedAtMs < momentAt(SECONDS));
        const records = recordsOf({ operations, components: Object.keys(all) }, HOURS);
        const report = reportOf(records);
        const own = operations.filter(({ startedAtMs }) => startedAtMs >= records.sinceMs);
        expect(report.operations).toBe(own.length);
        for (const groups of [report.byStrategy, report.byErrorType, report.bySeverity, report.byComponent])
          expect(groups.reduce((sum, group) => sum + group.operations, 0)).toBe(own.length);
        const judged = own.filter(({ result }) => result !== 'CONTAINED');
        const good = judged.filter(({ result }) => result === 'SUCCESS').length;
        expect(report.successRate?.value).toBe(judged.length === 0 ? undefined : good / judged.length);

        // Second by second: down while a fault that began has not ended.
        const faults = faultsOf(records);
        for (const { component, downMs } of report.availability.components) {
          let seconds = 0;
          for (let second = 0; second < SECONDS; second += 1) {
            const isDown = faults.some(
              (fault) =>
                fault.component === component &&
                fault.beganAtMs <= momentAt(second) &&
                (fault.endedAtMs ?? fault.lastSeenAtMs) > momentAt(second),
            );
            if (isDown) seconds += 1;
          }
          expect(downMs).toBe(seconds * 1_000);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has each operation in one fault, and one fault for each verified repair', () => {
    fc.assert(
      fc.property(life, (of) => {
        const operations = of('web');
        const records = { ...recordsOf({ operations }, 24), sinceMs: momentAt(-10_000) };
        const faults = faultsOf(records);
        expect(faults.flatMap(({ operationIds }) => operationIds)).toEqual(
          operations.map(({ operationId }) => operationId),
        );
        const verified = operations.filter(({ result }) => result === 'SUCCESS').length;
        expect(faults.filter(({ end }) => end === 'HEALED')).toHaveLength(verified);
      }),
    );
  });

  it('does not depend on the order of the records', () => {
    fc.assert(
      fc.property(life, life, (web, api) => {
        const operations = [...web('web'), ...api('api')];
        const reversed = reportOf(recordsOf({ operations: operations.toReversed() }));
        expect(reversed).toEqual(reportOf(recordsOf({ operations })));
      }),
    );
  });
});

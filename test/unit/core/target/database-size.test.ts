import { describe, expect, it } from 'vitest';
import type { DbInstance } from '../../../../functions/core/target/database.ts';
import {
  describeDatabaseSize,
  iopsBeside,
  isBusyForResize,
  nextDatabaseSize,
  pendingProblem,
  resizeOutcome,
  resizeProblem,
  sizeNow,
} from '../../../../functions/core/target/database-size.ts';
import { compareClasses, mayFollow } from '../../../../functions/core/target/instance-class.ts';

const instance = (fields: Partial<DbInstance> = {}): DbInstance => ({
  ...{ id: 'orders', status: 'available', isMultiAz: false, zone: 'a', standbyZone: undefined },
  ...{ cluster: undefined, engine: 'postgres', instanceClass: 'db.r6g.large', pending: { others: [] } },
  storage: { giB: 100, type: 'gp3', iops: 3_000 },
  ...fields,
});
const classes = (...names: readonly string[]) => names.map((instanceClass) => ({ instanceClass }));
const amounts = (...giB: readonly number[]) => giB.map((storageGiB) => ({ storageGiB }));

describe('a ladder of instance classes', () => {
  it.each([
    ['db.t4g.micro', 'db.t4g.small', true],
    ['db.r6g.large', 'db.r6g.xlarge', true],
    ['db.r6g.xlarge', 'db.r6g.2xlarge', true],
    ['db.r6g.16xlarge', 'db.r6g.12xlarge', false],
    ['db.r6g.large', 'db.r6g.large', false],
    ['db.r6g.xlarge', 'db.r6g.large', false],
    ['db.r6g.2xlarge', 'db.r6g.xlarge', false],
    ['db.t4g.medium', 'db.t4g.small', false],
    // Which of two families is greater is for people to say.
    ['db.m5.4xlarge', 'db.r6g.large', true],
    ['db.r5.large.tpc1.mem2x', 'db.r5.large.tpc1.mem4x', true],
  ])('may go from %s to %s: %s', (from, to, may) => {
    expect(mayFollow({ instanceClass: to }, { instanceClass: from })).toBe(may);
  });

  it.each([
    ['db.t4g.small', 'db.t4g.micro', 1],
    ['db.r6g.xlarge', 'db.r6g.large', 2],
    ['db.r6g.4xlarge', 'db.r6g.2xlarge', 2],
    ['db.r6g.large', 'db.r6g.16xlarge', -17],
    ['db.r6g.large', 'db.r6gd.large', undefined],
    ['db.r6g.large', 'db.r6g.metal', undefined],
    ['db.r6g.metal', 'db.r6g.large', undefined],
    ['db.r6g.metalxlarge', 'db.r6g.large', undefined],
    ['db.r6g.xlargeplus', 'db.r6g.large', undefined],
    ['custom-db.r6g.xlarge', 'db.r6g.large', undefined],
  ])('compares %s with %s: %s', (one, other, difference) => {
    expect(compareClasses(one, other)).toBe(difference);
  });

  it('does not stay at a class that cannot be compared', () => {
    const metal = { instanceClass: 'db.r6g.metal' };
    expect(mayFollow(metal, metal)).toBe(false);
    expect(mayFollow({ instanceClass: 'db.r6g.large' }, metal)).toBe(true);
  });

  it('compares no class with an amount of storage', () => {
    expect(mayFollow({ instanceClass: 'db.r6g.large' }, { storageGiB: 100 })).toBe(false);
    expect(mayFollow({ storageGiB: 100 }, { instanceClass: 'db.r6g.large' })).toBe(false);
    expect(mayFollow({ storageGiB: 101 }, { storageGiB: 100 })).toBe(true);
    expect(mayFollow({ storageGiB: 100 }, { storageGiB: 100 })).toBe(false);
    const both = { instanceClass: 'db.r6g.xlarge', storageGiB: 100 };
    expect(mayFollow(both, { instanceClass: 'db.r6g.large' })).toBe(true);
    expect(mayFollow({ instanceClass: 'db.r6g.2xlarge' }, both)).toBe(true);
  });

  it('continues from the class that the instance has', () => {
    const ladder = classes('db.m5.large', 'db.r6g.large', 'db.m6g.xlarge');
    expect(nextDatabaseSize(instance(), ladder)).toEqual({ instanceClass: 'db.m6g.xlarge' });
  });

  it('continues from its first class', () => {
    const ladder = classes('db.r6g.large', 'db.m6g.xlarge', 'db.r6g.xlarge');
    expect(nextDatabaseSize(instance(), ladder)).toEqual({ instanceClass: 'db.m6g.xlarge' });
    expect(nextDatabaseSize(instance(), classes('db.r6g.large'))).toEqual({
      problem: 'it is db.r6g.large, the last class on the ladder',
    });
  });

  it('begins at the first greater class of the same family', () => {
    const ladder = classes('db.r6g.medium', 'db.r6g.2xlarge', 'db.r6g.4xlarge');
    expect(nextDatabaseSize(instance(), ladder)).toEqual({ instanceClass: 'db.r6g.2xlarge' });
  });

  it.each([
    [['db.r6g.medium', 'db.r6g.large'], 'it is db.r6g.large, the last class on the ladder'],
    [
      ['db.m6g.large', 'db.m6g.xlarge'],
      'it is db.r6g.large, and the ladder has neither that class nor a greater one of its family',
    ],
  ])('ends before an instance of db.r6g.large: %j', (names, problem) => {
    expect(nextDatabaseSize(instance(), classes(...names))).toEqual({ problem });
  });
});

describe('a ladder of storage', () => {
  it('skips steps of less than 10 %', () => {
    expect(nextDatabaseSize(instance(), amounts(105, 110, 200))).toEqual({ storageGiB: 110 });
    expect(nextDatabaseSize(instance(), amounts(50, 109))).toEqual({
      problem: 'it has 100 GiB, and the ladder has no amount that is greater by 10 %, as RDS asks for',
    });
  });

  it('ends where the storage autoscaling of the instance does', () => {
    const scaling = instance({ storage: { giB: 100, type: 'gp3', maximumGiB: 150 } });
    expect(nextDatabaseSize(scaling, amounts(150))).toEqual({ storageGiB: 150 });
    expect(nextDatabaseSize(scaling, amounts(200))).toEqual({
      problem:
        'it has 100 GiB, and 200 GiB would be more than the 150 GiB at which its storage autoscaling ends',
    });
  });

  it('leads nowhere for a member of a cluster', () => {
    expect(nextDatabaseSize(instance({ cluster: 'shop' }), amounts(200))).toEqual({
      problem: 'it belongs to the cluster shop, which allocates its storage by itself',
    });
  });
});

describe('an instance', () => {
  it.each([
    ['instanceClass', 'available', undefined],
    ['instanceClass', 'storage-optimization', undefined],
    ['instanceClass', 'storage-full', /is storage-full/],
    [
      'instanceClass',
      'modifying',
      /^it is modifying, and is only changed while it is available or storage-optimization$/,
    ],
    ['storageGiB', 'storage-full', undefined],
    ['storageGiB', 'storage-optimization', /still optimizing its storage \(0 %\).*six hours/],
    ['storageGiB', 'backing-up', /is backing-up/],
  ] as const)('answers whether its %s may be changed while it is %s', (part, status, why) => {
    const problem = resizeProblem(instance({ status }), part);
    if (why === undefined) expect(problem).toBeUndefined();
    else expect(problem).toMatch(why);
  });

  it('stays as it is while changes by someone else are pending', () => {
    const pending = { storageGiB: 300, others: ['MultiAZ'] };
    const waits = (names: string) =>
      `changes by someone else are pending (${names}), and would be applied at once with this one`;
    expect(resizeProblem(instance({ pending }), 'instanceClass')).toBe(waits('MultiAZ, its size'));
    expect(resizeProblem(instance({ pending }), 'storageGiB')).toBe(waits('MultiAZ'));
    const other = { instanceClass: 'db.r6g.xlarge', others: [] };
    expect(resizeProblem(instance({ pending: other }), 'storageGiB')).toBe(waits('its size'));
    expect(resizeProblem(instance({ pending: other }), 'instanceClass')).toBeUndefined();
  });

  it('says how far RDS is with optimizing its storage', () => {
    const busy = instance({ status: 'storage-optimization', optimizedPercent: 40 });
    expect(resizeProblem(busy, 'storageGiB')).toBe(
      'RDS is still optimizing its storage (40 %), and takes no further change of storage until that is complete, and six hours after the last one at the earliest',
    );
  });

  it('names the change by someone else that its own would replace', () => {
    const pending = { instanceClass: 'db.r6g.xlarge', storageGiB: 300, others: [] };
    expect(pendingProblem(instance({ pending }), 'instanceClass')).toBe(
      'a change by someone else to db.r6g.xlarge is pending, and would be replaced by this one',
    );
    expect(pendingProblem(instance({ pending }), 'storageGiB')).toBe(
      'a change by someone else to 300 GiB is pending, and would be replaced by this one',
    );
    expect(pendingProblem(instance(), 'storageGiB')).toBeUndefined();
  });

  it('has the size that it is about to have', () => {
    const pending = { instanceClass: 'db.r6g.xlarge', storageGiB: 300, others: [] };
    const sizes = (of: DbInstance) => [sizeNow(of, 'instanceClass'), sizeNow(of, 'storageGiB')];
    expect(sizes(instance())).toEqual([{ instanceClass: 'db.r6g.large' }, { storageGiB: 100 }]);
    expect(sizes(instance({ pending }))).toEqual([{ instanceClass: 'db.r6g.xlarge' }, { storageGiB: 300 }]);
    expect(sizes(instance()).map(describeDatabaseSize)).toEqual(['db.r6g.large', '100 GiB']);
  });

  it.each([
    ['instanceClass', 'available', false],
    ['instanceClass', 'modifying', true],
    ['instanceClass', 'storage-full', false],
    ['instanceClass', 'storage-optimization', false],
    ['storageGiB', 'storage-optimization', false],
    ['storageGiB', 'backing-up', true],
    ['storageGiB', 'storage-full', false],
    ['storageGiB', 'stopped', false],
  ] as const)('is waited for before its %s is changed while it is %s: %s', (part, status, isBusy) => {
    expect(isBusyForResize({ status }, part)).toBe(isBusy);
  });

  it.each([
    ['postgres', 'gp3', 100, undefined],
    ['postgres', 'gp3', 399, undefined],
    ['mariadb', 'gp3', 399, undefined],
    ['mysql', 'gp3', 400, 3_000],
    ['oracle-ee', 'gp3', 199, undefined],
    ['db2-se', 'gp3', 99, undefined],
    ['db2-se', 'gp3', 100, 3_000],
    ['postgres', 'gp3', 400, 3_000],
    ['oracle-ee', 'gp3', 200, 3_000],
    ['sqlserver-se', 'gp3', 20, 3_000],
    ['mysql', 'io2', 100, 3_000],
  ])('names IOPS beside more storage where it must: %s with %s and %i GiB: %s', (engine, type, giB, iops) => {
    expect(iopsBeside({ engine, storage: { type, giB, iops: 3_000 } })).toBe(iops);
  });

  it.each([
    ['modifying', {}, 10_000_000, undefined],
    ['available', {}, 10_000, undefined],
    ['available', {}, 119_999, undefined],
    ['available', {}, 120_000, 'FAILED'],
    ['available', { pending: { instanceClass: 'db.r6g.xlarge', others: [] } }, 200_000, undefined],
    ['available', { instanceClass: 'db.r6g.xlarge' }, 10_000, 'SUCCEEDED'],
    ['insufficient-capacity', {}, 10_000, 'FAILED'],
  ])(
    'reports the outcome of a change of its class when it is %s, %j, after %i ms: %s',
    (status, fields, ageMs, outcome) => {
      const found = instance({ status, ...fields });
      expect(resizeOutcome(found, { instanceClass: 'db.r6g.xlarge' }, ageMs)).toStrictEqual({
        ...(outcome && { outcome }),
        detail: `the instance is ${status}, with ${found.instanceClass} and 100 GiB`,
      });
    },
  );

  it.each([
    ['storage-full', 100, 10_000, undefined],
    ['storage-full', 100, 200_000, 'FAILED'],
    ['storage-full', 200, 200_000, undefined],
    ['available', 199, 200_000, 'FAILED'],
    ['available', 200, 10_000, 'SUCCEEDED'],
    ['storage-optimization', 200, 10_000, 'SUCCEEDED'],
    // RDS may have let it grow further by itself.
    ['available', 220, 10_000, 'SUCCEEDED'],
  ])(
    'reports the outcome of a change of its storage when it is %s with %i GiB after %i ms: %s',
    (status, giB, ageMs, outcome) => {
      const found = instance({ status, storage: { giB, type: 'gp3' } });
      expect(resizeOutcome(found, { storageGiB: 200 }, ageMs).outcome).toBe(outcome);
    },
  );

  it('is not done with a change of its storage that is pending', () => {
    const pending = { storageGiB: 200, others: [] };
    const found = instance({ pending, storage: { giB: 200, type: 'gp3' } });
    expect(resizeOutcome(found, { storageGiB: 200 }, 200_000).outcome).toBeUndefined();
    const other = instance({ pending, instanceClass: 'db.r6g.xlarge' });
    expect(resizeOutcome(other, { instanceClass: 'db.r6g.xlarge' }, 0).outcome).toBe('SUCCEEDED');
  });
});

import { describe, expect, it } from 'vitest';
import type { SuspectedChange } from '../../../../functions/core/diagnosis/cause.ts';
import {
  type ConfigDeployment,
  configDeploymentEnd,
  configDescription,
  configPlace,
  configWayBack,
  describeWithdrawal,
  historyOf,
  isLeaving,
  isWithdrawnOnRequest,
} from '../../../../functions/core/target/config-deployment.ts';

const PLACE = configPlace('abc1234/def5678/flags01');
const HOUR_MS = 3_600_000;
const NOW = 1_000 * HOUR_MS;

/** Deployments of versions 1, 2, … an hour after each other, the last one an hour ago. */
function history(...deployments: readonly Partial<ConfigDeployment>[]) {
  const all = deployments.map((one, index): ConfigDeployment => {
    const number = index + 1;
    const hours = deployments.length - index;
    return {
      ...{ number, profile: 'flags01', version: String(number), state: 'COMPLETE' },
      ...{ completedAtMs: NOW - hours * HOUR_MS, ...one },
    };
  });
  return historyOf(all, 'flags01');
}

const suspect = (number: number): SuspectedChange => ({
  ...{ changeId: `abc1234/def5678/${number}`, source: 'appconfig', kind: 'configuration', summary: '' },
  ...{ startedAtMs: 0, isInProgress: true },
});
const back = (
  deployed: readonly ConfigDeployment[],
  change?: SuspectedChange,
  descriptions: Readonly<Record<number, string>> = {},
) => {
  const described = new Map(Object.entries(descriptions).map(([number, text]) => [Number(number), text]));
  const found = configWayBack(deployed, PLACE, change, described, NOW);
  return 'problem' in found ? found : [found.from.number, found.good?.number];
};

describe('a rollback of a configuration', () => {
  it('has AppConfig withdraw the last deployment, within three days', () => {
    expect(back(history({}, {}))).toEqual([2, undefined]);
    expect(back(history({}, { completedAtMs: NOW - 72 * HOUR_MS }))).toEqual([2, 1]);
  });

  it('deploys the version before again after three days, but none that was withdrawn', () => {
    const old = { completedAtMs: NOW - 100 * HOUR_MS };
    expect(back(history({}, { state: 'REVERTED' }, { version: '9' }, { ...old, version: '9' }))).toEqual([
      4, 1,
    ]);
  });

  it('passes over deployments of other profiles', () => {
    expect(back(history({}, {}, { profile: 'other01' }))).toEqual([2, undefined]);
    expect(back(history({ profile: 'other01' }, {}))).toMatchObject({
      problem: expect.stringContaining('no version was deployed before'),
    });
  });

  it('begins at a deployment in progress only if that is the suspect', () => {
    for (const state of ['DEPLOYING', 'BAKING', 'VALIDATING', 'PONDERING']) {
      const deployed = history({}, { state });
      expect(back(deployed, suspect(2))).toEqual([2, undefined]);
      expect(back(deployed)).toMatchObject({ isTheirs: true });
      expect(back(deployed, suspect(1))).toMatchObject({ isTheirs: true });
    }
  });

  it('does not begin where someone has deployed since the suspect', () => {
    expect(back(history({}, {}, {}), suspect(2))).toMatchObject({ isTheirs: true });
  });

  it('ends where the last deployment was rolled back, or is a rollback', () => {
    for (const state of ['ROLLED_BACK', 'REVERTED', 'ROLLING_BACK'])
      expect(back(history({}, {}, { state }), suspect(3))).toMatchObject({
        problem: expect.stringMatching(/rolled back already/),
      });
    expect(back(history({}, {}), undefined, { 2: configDescription('op', 'heal-0') })).toMatchObject({
      problem: expect.stringContaining('is a rollback already'),
    });
  });

  it('begins again after a rollback of Selfheal’s that was undone', () => {
    const forward = { 3: configDescription('op', 'rollback-0', 2) };
    for (const change of [undefined, suspect(2), suspect(3)])
      expect(back(history({}, { state: 'REVERTED' }, { version: '2' }), change, forward)).toEqual([
        3,
        undefined,
      ]);
    const reverted = { 3: configDescription('op', 'heal-0') };
    for (const change of [undefined, suspect(2)])
      expect(back(history({}, {}, { version: '1', state: 'REVERTED' }), change, reverted)).toEqual([
        2,
        undefined,
      ]);
  });

  it('finds the suspect in what an undo of Selfheal’s has brought again, and in no other description', () => {
    const brought = configDescription('op', 'rollback-0', 12);
    const deployed = history({}, { number: 12 }, { number: 13, version: '2' });
    expect(back(deployed, suspect(12), { 13: brought })).toEqual([13, undefined]);
    for (const description of [`${brought} and more`, `As ${brought}`, `${brought}3`])
      expect(back(deployed, suspect(12), { 13: description })).toMatchObject({ isTheirs: true });
  });

  it('follows no suspect of another source', () => {
    expect(back(history({}, {}), { ...suspect(1), source: 'lambda' })).toEqual([2, undefined]);
  });

  it('has AppConfig withdraw what has been complete for less than 71 hours', () => {
    const completed = (ms: number) => back(history({}, { completedAtMs: NOW - ms }));
    expect(completed(71 * HOUR_MS - 1)).toEqual([2, undefined]);
    expect(completed(71 * HOUR_MS)).toEqual([2, 1]);
    const [newest, ...older] = history({}, {});
    const { completedAtMs: _, ...undated } = newest ?? { number: 2, profile: '', version: '2', state: '' };
    expect(back([undated, ...older])).toEqual([2, 1]);
  });

  it('says why there is no way back', () => {
    const problems = [
      back(history({}, {}, { state: 'ROLLED_BACK' }), suspect(3)),
      back(history({}, {}, { state: 'ROLLED_BACK' })),
      back(history({}, {}, { state: 'ROLLING_BACK' }), suspect(3)),
      back(history({}, {}), undefined, { 2: configDescription('op', 'heal-0') }),
      back(history({}, {}), suspect(1)),
      back(history({}, { version: '1' })),
      back(history({}, { state: 'DEPLOYING' })),
    ];
    expect(problems.map((found) => 'problem' in found && found.problem)).toEqual([
      'deployment 3 of version 3 was rolled back already',
      'deployment 3 of version 3 was rolled back already',
      'deployment 3 of version 3 is being rolled back already',
      'deployment 2 of version 2 is a rollback already',
      'its last deployment is deployment 2 of version 2, and not abc1234/def5678/1, which is suspected',
      'no version was deployed before deployment 2 of version 1',
      'deployment 2 of version 2 is in progress, and is not the change to be rolled back',
    ]);
  });

  it('goes back from the suspect, though a later deployment was withdrawn', () => {
    expect(back(history({}, {}, { state: 'ROLLED_BACK' }), suspect(2))).toEqual([2, undefined]);
  });

  it('is no rollback only because its description mentions one', () => {
    for (const description of ['see Selfheal op/heal-0', 'Selfheal op/heal-0 was wrong', 'Selfheal op'])
      expect(back(history({}, {}), undefined, { 2: description })).toEqual([2, undefined]);
  });

  it('leaves experiments of AppConfig alone', () => {
    expect(back(history({}, { isManaged: true }), suspect(2))).toMatchObject({
      problem: expect.stringContaining('experiment'),
      isTheirs: true,
    });
  });

  it('has nowhere to go where nothing is deployed', () => {
    expect(back([])).toEqual({ problem: 'no version is deployed' });
    expect(back(history({ state: 'REVERTED' }))).toEqual({ problem: 'no version is deployed' });
  });
});

describe('the end of a deployment of a configuration', () => {
  const end = (state: string, isWithdrawing: boolean) =>
    configDeploymentEnd(
      { number: 3, profile: 'flags01', version: '2', state, description: '', strategy: 'abcdefg' },
      isWithdrawing,
    )?.outcome;

  it('comes when all clients have it, or when it was withdrawn', () => {
    expect(['COMPLETE', 'BAKING', 'DEPLOYING', 'ROLLED_BACK'].map((state) => end(state, false))).toEqual([
      'SUCCEEDED',
      'SUCCEEDED',
      undefined,
      'FAILED',
    ]);
    const by = { by: 'CLOUDWATCH_ALARM', description: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:web' };
    const withdrawn = { number: 3, profile: 'flags01', version: '2', state: 'ROLLED_BACK', withdrawal: by };
    expect(
      configDeploymentEnd({ ...withdrawn, description: '', strategy: 'abcdefg' }, false)?.detail,
    ).toContain(':alarm:web');
    expect(['ROLLED_BACK', 'REVERTED', 'ROLLING_BACK', 'COMPLETE'].map((state) => end(state, true))).toEqual([
      'SUCCEEDED',
      'SUCCEEDED',
      undefined,
      undefined,
    ]);
  });
});

describe('a deployment of a configuration that was withdrawn', () => {
  const deployment = { number: 3, profile: 'flags01', version: '2', description: '', strategy: 'abcdefg' };
  const withdrawn = (state: string, by?: string) => ({
    ...{ ...deployment, state },
    ...(by !== undefined && { withdrawal: { by, description: '' } }),
  });

  it('was withdrawn on request if a user asked for it, or if it was complete before', () => {
    expect(isWithdrawnOnRequest(withdrawn('REVERTED'))).toBe(true);
    expect(isWithdrawnOnRequest(withdrawn('REVERTED', 'CLOUDWATCH_ALARM'))).toBe(true);
    for (const state of ['ROLLED_BACK', 'ROLLING_BACK']) {
      expect(isWithdrawnOnRequest(withdrawn(state, 'USER'))).toBe(true);
      expect(isWithdrawnOnRequest(withdrawn(state, 'CLOUDWATCH_ALARM'))).toBe(false);
      expect(isWithdrawnOnRequest(withdrawn(state))).toBe(false);
    }
    expect(isWithdrawnOnRequest(withdrawn('COMPLETE', 'USER'))).toBe(false);
  });

  it('is leaving from when its rollback begins', () => {
    expect(
      ['ROLLING_BACK', 'ROLLED_BACK', 'REVERTED', 'COMPLETE', 'BAKING'].map((state) => isLeaving({ state })),
    ).toEqual([true, true, true, false, false]);
  });

  it('says by what, and why if AppConfig does', () => {
    expect(describeWithdrawal({ by: 'USER', description: '' })).toBe('by USER');
    expect(describeWithdrawal({ by: 'CLOUDWATCH_ALARM', description: 'alarm web' })).toBe(
      'by CLOUDWATCH_ALARM: alarm web',
    );
    const end = (fields: object) =>
      configDeploymentEnd({ ...withdrawn('ROLLED_BACK'), ...fields }, false)?.detail;
    expect(end({})).toBe('deployment 3 of version 2: ROLLED_BACK');
    expect(end({ lastEvent: 'rolled back' })).toBe('deployment 3 of version 2: ROLLED_BACK: rolled back');
    expect(end({ lastEvent: 'rolled back', withdrawal: { by: 'USER', description: 'stop' } })).toBe(
      'deployment 3 of version 2: ROLLED_BACK: by USER: stop',
    );
  });
});

it('a configuration is found by the ids of its application, its environment and its profile', () => {
  expect(PLACE).toEqual({ application: 'abc1234', environment: 'def5678', profile: 'flags01' });
  expect(configPlace('abc1234')).toEqual({ application: 'abc1234', environment: '', profile: '' });
});

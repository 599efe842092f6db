import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { resourceConfiguration, runningOperation } from '../../../factories/operations/running-operation.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const [ENVIRONMENT, PROFILE] = ['abc1234/def5678', 'flags01'];
const CONFIGURATION = `${ENVIRONMENT}/${PROFILE}`;
const BACK = { type: 'rollback_deployment', params: { by: 'app_config' }, timeoutSeconds: 600 };
const FORWARD = { ...BACK, params: { by: 'app_config', phase: 'undo' } };
const DAY_MS = 86_400_000;
const TARGETS = [
  { lambdaAlias: 'orders:live' },
  { ecsService: 'prod/orders' },
  { custom: 'orders' },
  { instanceIds: ['i-0123456789abcdef0', 'i-00000000000000002'] },
];

/** An operation on a component that gets version 2 of its flags since some days. */
async function flags(
  targets: object = TARGETS[0] ?? {},
  daysAgo: number | 'in progress' = 1,
  isWatched = false,
) {
  const strategy = { actions: [BACK], rollback: { actions: [FORWARD] } };
  const more = { appConfig: CONFIGURATION, ...(isWatched && { changes: { graceSeconds: 0 } }) };
  const world = createWorld(resourceConfiguration(targets, strategy, more));
  const environments = world.configEnvironments;
  environments.create(ENVIRONMENT);
  environments.deploy(ENVIRONMENT, PROFILE, '1', world.clock.now - 9 * DAY_MS);
  environments.deploy(ENVIRONMENT, 'other01', '7', world.clock.now - 8 * DAY_MS);
  const completedAtMs = daysAgo === 'in progress' ? undefined : world.clock.now - daysAgo * DAY_MS;
  environments.deploy(ENVIRONMENT, PROFILE, '2', completedAtMs);
  if (isWatched) {
    Object.assign(world.clock, { sleep: () => new Promise<void>(() => undefined) });
    await world.changes.recordChange({
      ...{ component: 'web', source: 'appconfig', kind: 'configuration', changeId: `${ENVIRONMENT}/3` },
      ...{ resource: CONFIGURATION, phase: 'started', atMs: world.clock.now - 60_000, summary: 'flags' },
    });
  }
  const running = await runningOperation(world);
  return {
    ...running,
    ...{ world, environments },
    undo: async () => {
      const [record, ...more] = await running.undo();
      expect(more).toEqual([]);
      return record;
    },
    version: () => environments.versionOf(ENVIRONMENT, PROFILE),
  };
}

describe('a rollback by AppConfig', () => {
  it.each(TARGETS)('reverts the last deployment of the configuration, once, on %o', async (targets) => {
    const run = await flags(targets);
    expect(await run.step('heal-0')).toMatchObject({
      reference: { id: `appconfig/${ENVIRONMENT}/3/withdrawn` },
      targets: [CONFIGURATION],
    });
    expect(run.version()).toBe('1');
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED', targets: [CONFIGURATION] });
    expect(run.world.runbooks.sent).toEqual([]);
  });

  it('deploys the version before again, where AppConfig no longer reverts', async () => {
    const run = await flags(undefined, 4);
    const first = await run.step('heal-0');
    expect(first).toMatchObject({ reference: { id: `appconfig/${ENVIRONMENT}/4` } });
    // A repetition finds it by its description.
    expect(await run.step('heal-0')).toMatchObject({ reference: first?.reference });
    expect(run.environments.effects).toEqual([{ kind: 'started', number: 4, version: '1' }]);
    await run.reconcile();
    expect(run.world.tokens.completed).toEqual([]);
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'deployment 4 of version 1: COMPLETE: Deployment started',
    });
  });

  it('waits while another configuration is being deployed to the environment', async () => {
    const run = await flags(undefined, 4);
    run.environments.deploy(ENVIRONMENT, 'other01', '8');
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    run.world.endDeployments();
    expect(await run.step('heal-0')).toMatchObject({
      reference: { id: `appconfig/${ENVIRONMENT}/5` },
    });
  });

  it('goes on where the deployment was withdrawn as it was to be reverted', async () => {
    const run = await flags();
    const { configDeployments } = run.world;
    const withdraw: typeof configDeployments.withdraw = async (place, number) => {
      await configDeployments.withdraw(place, number);
      await configDeployments.withdraw(place, number);
    };
    const world = { ...run.world, configDeployments: { ...configDeployments, withdraw } };
    await run.step('heal-0', {}, world);
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'deployment 3 of version 2: REVERTED: by USER: Withdrawn by 000000000000',
    });
    // Whether it was Selfheal cannot be known.
    expect(await run.undo()).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining('was withdrawn by USER'),
    });
    expect(run.version()).toBe('1');
  });

  it('asks again where AppConfig is busy with another request', async () => {
    const run = await flags();
    run.environments.refuse('ConflictException');
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    expect(await run.step('heal-0')).toMatchObject({
      reference: { id: `appconfig/${ENVIRONMENT}/3/withdrawn` },
    });
    expect(run.version()).toBe('1');
  });

  it('fails where AppConfig refuses, and the undo changes nothing', async () => {
    const run = await flags();
    run.environments.refuse('BadRequestException');
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: 'appconfig:StopDeployment: BadRequestException: The deployment cannot be stopped.',
    });
    expect(await run.undo()).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'deployment 3 of version 2 is still the last one',
    });
    expect(run.version()).toBe('2');
  });

  it('goes back from the suspect where a later deployment was rolled back', async () => {
    const run = await flags(undefined, 1, true);
    const later = run.environments.deploy(ENVIRONMENT, PROFILE, '3');
    run.environments.goOff(ENVIRONMENT, 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:web');
    run.world.endDeployments();
    expect(run.environments.lastOf(ENVIRONMENT)).toMatchObject({ number: later, state: 'ROLLED_BACK' });
    expect(await run.step('heal-0')).toMatchObject({
      reference: { id: `appconfig/${ENVIRONMENT}/3/withdrawn` },
    });
    expect(run.version()).toBe('1');
  });

  it('leaves a deployment in progress alone that is not the suspect', async () => {
    const run = await flags();
    run.environments.deploy(ENVIRONMENT, PROFILE, '3');
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      onError: 'abort',
      detail:
        'abc1234/def5678/flags01: deployment 4 of version 3 is in progress, and is not the change to be rolled back: it is left as it is',
    });
    expect(run.environments.effects).toEqual([]);
  });

  it('changes nothing where nothing is deployed', async () => {
    const run = await flags();
    run.environments.create(ENVIRONMENT);
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('no version is deployed'),
    });
  });
});

describe('the undo of a rollback by AppConfig', () => {
  it('deploys the version again that was reverted, with its own strategy', async () => {
    const run = await flags();
    await run.step('heal-0');
    expect(await run.undo()).toMatchObject({ reference: { id: `appconfig/${ENVIRONMENT}/4` } });
    expect(run.version()).toBe('2');
    expect(
      await run.world.configDeployments.read({ application: 'abc1234', environment: 'def5678' }, 4),
    ).toMatchObject({ strategy: 'abcdefg', profile: PROFILE });
  });

  it('deploys again what an earlier try has reverted, whose answer was lost', async () => {
    const run = await flags();
    const { configDeployments } = run.world;
    const withdraw: typeof configDeployments.withdraw = async (place, number) => {
      await configDeployments.withdraw(place, number);
      throw new ServiceUnavailable('the answer was lost');
    };
    const world = { ...run.world, configDeployments: { ...configDeployments, withdraw } };
    await expect(run.step('heal-0', {}, world)).rejects.toThrow(ServiceUnavailable);
    await run.step('heal-0');
    await run.reconcile();
    await run.undo();
    expect(run.version()).toBe('2');
  });

  it('keeps the withdrawal by an alarm, and names the alarm', async () => {
    const run = await flags(undefined, 'in progress', true);
    const { configDeployments } = run.world;
    const alarm = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:web-errors';
    const withdraw: typeof configDeployments.withdraw = async (place, number) => {
      run.environments.goOff(ENVIRONMENT, alarm);
      run.environments.refuse('BadRequestException');
      await configDeployments.withdraw(place, number);
    };
    const world = { ...run.world, configDeployments: { ...configDeployments, withdraw } };
    await run.step('heal-0', {}, world);
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining(alarm),
    });
    expect(await run.undo()).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining('was withdrawn by CLOUDWATCH_ALARM'),
    });
    expect(run.environments.effects).toEqual([]);
    expect(run.version()).toBe('1');
  });

  it('reverts the deployment of the version before', async () => {
    const run = await flags(undefined, 4);
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.undo()).toMatchObject({ reference: { id: `appconfig/${ENVIRONMENT}/4/withdrawn` } });
    run.world.endDeployments();
    expect(run.version()).toBe('2');
  });

  it('leaves what someone else has deployed since', async () => {
    for (const daysAgo of [1, 4]) {
      const run = await flags(undefined, daysAgo);
      await run.step('heal-0');
      run.environments.deploy(ENVIRONMENT, PROFILE, '3', run.world.clock.now);
      expect(await run.undo()).toMatchObject({ outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse' });
      expect(run.version()).toBe('3');
    }
  });

  it('does nothing where nothing was done', async () => {
    const run = await flags();
    expect(await run.undo()).toMatchObject({ outcome: 'SUCCEEDED', detail: 'no configuration was deployed' });
    expect(run.environments.effects).toEqual([]);
  });
});

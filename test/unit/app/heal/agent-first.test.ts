import { describe, expect, it } from 'vitest';
import { act } from '../../../../functions/app/heal/act.ts';
import { prepareRollback } from '../../../../functions/app/heal/prepare-rollback.ts';
import { verify } from '../../../../functions/app/heal/verify.ts';
import { settleStep } from '../../../../functions/app/recover/settle-step.ts';
import type { StepId } from '../../../../functions/core/operation/operation.ts';
import type { CommandInvocation } from '../../../../functions/ports/runbook-runner.ts';
import { configured, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { admitted, createWorld, inputOf } from '../../../factories/ports/world.ts';

const OTHER = 'i-0fedcba9876543210';
const GROUP = 'sg-0123456789abcdef0';
const BEFORE = { 'eni-a': ['sg-0000000a'] };
const OTHERS = { 'eni-b': ['sg-0000000b'] };
const ISOLATE = {
  type: 'isolate_network',
  params: { by: 'agent_first', securityGroup: GROUP },
  onError: 'rollback',
};

type Ended = Partial<CommandInvocation>;

/** An isolation of two hosts together. */
async function isolation(strategy: object = { rollback: { onFailure: 'maintain_isolation' } }) {
  const components = {
    web: withMemoryAlarm({
      targets: { instanceIds: [NODE, OTHER] },
      maxConcurrentTargets: 2,
      minHealthyTargets: 0,
    }),
  };
  const world = createWorld(
    configured({ components, strategies: [{ components: ['web'], actions: [ISOLATE], ...strategy }] }),
  );
  world.runbooks.nodes = [node(NODE), node(OTHER)];
  world.instanceFleet.launch({ instanceId: NODE, interfaces: BEFORE });
  world.instanceFleet.launch({ instanceId: OTHER, interfaces: OTHERS });
  const operation = await admitted(world);
  const { operationId } = operation;
  await world.store.layOut(operationId, { batches: [[NODE, OTHER]], skipped: {} });
  const record = async (stepId: StepId) => await world.store.getStep(operationId, stepId);
  const step = async (stepId: StepId, more: object = {}) => {
    await act(world, { ...inputOf(operation, `token-${stepId}`), step: { stepId, ...more } });
  };
  return {
    world,
    step,
    record,
    groups: () => ({ ...world.instanceFleet.groupsOf(NODE), ...world.instanceFleet.groupsOf(OTHER) }),
    /** The agents' step, whose command ends so on the two hosts. */
    agents: async (status: string, ...invocations: readonly Ended[]) => {
      await step('heal-0');
      const { commandId } = world.runbooks.ends(status, invocations);
      await settleStep(world, { executor: 'run_command', id: commandId });
    },
    undo: async () => {
      const failure = { error: 'NotRecovered', cause: 'still failing' };
      const { steps } = await prepareRollback(world, { operationId, failure });
      for (const { stepId, ...more } of steps) await step(stepId, more);
      return steps;
    },
    verify: async (round = 0) => {
      await verify(world, { ...inputOf(operation, 'verify'), attempt: 0, verification: { round } });
      return world.tokens.completed.find(({ taskToken }) => taskToken === 'verify');
    },
  };
}

const DONE = { status: 'Success', hasBegun: true };
const UNHEARD = { status: 'TimedOut', statusDetails: 'DeliveryTimedOut' };

describe('an isolation by the agent first', () => {
  it('stays with the agents where all of them answer', async () => {
    const run = await isolation();
    await run.agents('Success', { instanceId: NODE, ...DONE }, { instanceId: OTHER, ...DONE });
    await run.step('heal-1');
    expect(run.groups()).toEqual({ ...BEFORE, ...OTHERS });
    expect(await run.record('heal-1')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('begins with a step of the agents, whatever isolation comes before it', () => {
    const earlier = { ...ISOLATE, params: { by: 'security_groups', securityGroup: 'sg-0fedcba9876543210' } };
    const byAgent = { ...ISOLATE, params: { by: 'agent' } };
    for (const before of [earlier, byAgent]) {
      const [strategy] = configured({ strategies: [{ actions: [before, ISOLATE] }] }).strategies;
      const ways = strategy?.actions.map(({ params, onError }) => [params['by'], onError]);
      expect(ways).toEqual([
        [before.params.by, 'rollback'],
        ['agent', 'continue'],
        ['agent_first', 'rollback'],
      ]);
    }
  });

  it('goes by security groups where a host is offline, and only there', async () => {
    const run = await isolation();
    run.world.runbooks.nodes = [node(NODE), node(OTHER, { online: false })];
    await run.agents('Success', { instanceId: NODE, ...DONE });
    await run.step('heal-1');
    expect(run.world.runbooks.sent.map(({ instanceIds }) => instanceIds)).toEqual([[NODE]]);
    expect(run.groups()).toEqual({ ...BEFORE, 'eni-b': [GROUP] });
  });

  it('sends no command where every host is offline, and undoes by security groups alone', async () => {
    const run = await isolation({ rollback: {} });
    run.world.runbooks.nodes = [node(NODE, { online: false }), node(OTHER, { online: false })];
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      ...{ outcome: 'SKIPPED', detail: `${NODE} (offline), ${OTHER} (offline): left to security groups` },
    });
    await run.step('heal-1');
    expect(run.groups()).toEqual({ 'eni-a': [GROUP], 'eni-b': [GROUP] });
    expect(run.world.runbooks.sent).toEqual([]);
  });

  it.each([
    ['was never reached', { status: 'Failed', statusDetails: 'Undeliverable', hasBegun: false }],
    ['had not begun when time ran out', { ...UNHEARD, hasBegun: false }],
    ['refused to act', { status: 'Failed', statusDetails: 'Failed', hasBegun: true, exitCode: 2 }],
  ])('goes by security groups where an agent %s', async (_, ended) => {
    const run = await isolation();
    await run.agents('Incomplete', { instanceId: NODE, ...DONE }, { instanceId: OTHER, ...ended });
    await run.step('heal-1');
    expect(run.groups()).toEqual({ ...BEFORE, 'eni-b': [GROUP] });
    expect(await run.record('heal-1')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it.each([
    ['had begun when time ran out', { ...UNHEARD, hasBegun: true }],
    ['failed on the way', { status: 'Failed', statusDetails: 'Failed', hasBegun: true, exitCode: 1 }],
    ['was cancelled', { status: 'Cancelled', statusDetails: 'Cancelled', hasBegun: false }],
  ])('does not isolate a host again whose agent %s', async (_, ended) => {
    const run = await isolation();
    await run.agents('Incomplete', { instanceId: NODE, ...DONE }, { instanceId: OTHER, ...ended });
    await run.step('heal-1');
    expect(run.groups()).toEqual({ ...BEFORE, ...OTHERS });
    expect(await run.record('heal-1')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(`${OTHER} ${ended.statusDetails}: its agent may have isolated it`),
    });
  });

  it('finds the command that an earlier try sent and could not record', async () => {
    const run = await isolation();
    await run.step('heal-0');
    const [sent] = run.world.runbooks.sent;
    const lost = { ...(await run.record('heal-0')), reference: undefined };
    await run.world.store.recordStep(lost as never);
    run.world.runbooks.nodes = [node(NODE, { online: false }), node(OTHER, { online: false })];
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({ reference: { id: sent?.commandId }, targets: [] });
  });

  it('gives Systems Manager the time to say that a command was not fetched', async () => {
    const run = await isolation();
    await run.step('heal-0');
    const { step, operationId } = (await run.world.store.getClaim('web')) ?? {};
    expect(operationId).toBeDefined();
    const [{ deliveryTimeoutSeconds, parameters, stopsAtError } = {} as never] = run.world.runbooks.sent;
    const totalMs = (deliveryTimeoutSeconds + Number(parameters['executionTimeout'])) * 1_000;
    expect((step?.deadlineMs ?? 0) - (step?.startedAtMs ?? 0)).toBeGreaterThan(totalMs);
    expect(stopsAtError).toBe(false);
  });

  it('has an undo on each host that fits how it was isolated', async () => {
    const run = await isolation({
      actions: [ISOLATE, { type: 'start_component', onError: 'rollback' }],
      rollback: {},
    });
    run.world.runbooks.nodes = [node(NODE), node(OTHER, { online: false })];
    await run.agents('Success', { instanceId: NODE, ...DONE });
    await run.step('heal-1');
    await run.step('heal-2');
    const steps = await run.undo();
    expect(run.groups()).toEqual({ ...BEFORE, ...OTHERS });
    const restores = steps.filter(({ action }) => action.type === 'restore_network');
    expect(restores.map(({ action: { params }, targets }) => [params['by'], targets])).toEqual([
      ['security_groups', [NODE, OTHER]],
      ['agent', [NODE]],
    ]);
  });

  it('is verified by EC2 where groups cut a host off, and by the host itself elsewhere', async () => {
    const run = await isolation();
    run.world.runbooks.nodes = [node(NODE), node(OTHER, { online: false })];
    await run.agents('Success', { instanceId: NODE, ...DONE });
    await run.step('heal-1');
    await run.verify();
    expect(run.world.runbooks.sent.at(-1)).toMatchObject({
      document: 'selfheal-verify-containment',
      instanceIds: [NODE],
    });
  });

  it('is verified by EC2 alone where groups cut every host off', async () => {
    const run = await isolation();
    run.world.runbooks.nodes = [node(NODE, { online: false }), node(OTHER, { online: false })];
    await run.step('heal-0');
    await run.step('heal-1');
    expect(await run.verify()).toMatchObject({ output: { verdict: 'recovered' } });
    expect(run.world.runbooks.sent).toEqual([]);
  });
});

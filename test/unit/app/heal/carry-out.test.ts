import { describe, expect, it } from 'vitest';
import { carryOut } from '../../../../functions/app/heal/carry-out.ts';
import type { StepRecord } from '../../../../functions/core/operation/operation.ts';
import { RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, NODE } from '../../../factories/configuration.ts';
import { NOON, stepOf } from '../../../factories/operations/admissions.ts';
import { GROUP, isolatedHost } from '../../../factories/ports/isolated-host.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { admitted, createWorld, plannedStep, withStore } from '../../../factories/ports/world.ts';

const GONE = ['i-0000000000000000a', 'i-0000000000000000b'];
const CHANGE = { before: '1', intended: '2' };

/** A step that is to be carried out, of an operation with one action. */
async function begun(action: object = { type: 'start_component' }) {
  const world = createWorld(configured({ strategies: [{ actions: [action] }] }));
  const operation = await admitted(world);
  const plan = await world.store.getPlan(operation.planId);
  if (!plan) throw new Error('the plan is not on record');
  const subject = { operation, component: plan.component, fence: operation.fence };
  const step = plannedStep(world, operation, 0);
  return { world, given: { subject, plan, step, steps: [], attempt: 0, startedAtMs: NOON }, operation };
}

describe('a step of which another outcome is on record', () => {
  /** The outcome of a step that is refused for good, where another try of it has left these records. */
  async function overtaken(
    present: readonly Partial<StepRecord>[],
    known: readonly Partial<StepRecord>[] = [],
  ) {
    const { world, given, operation } = await begun();
    world.runbooks.onSend = () => Promise.reject(new RequestRefused('no such document'));
    const recordsOf = (all: readonly Partial<StepRecord>[]) => all.map((one) => stepOf(operation, one));
    const deps = withStore(world, {
      recordOwnOutcome: async () => false,
      listSteps: async () => recordsOf(present),
    });
    await carryOut(deps, { ...given, steps: recordsOf(known) });
    return world.tokens.completed;
  }

  it('leaves it to the function that recorded it', async () => {
    expect(await overtaken([])).toEqual([]);
    expect(await overtaken([{ outcome: 'SUCCEEDED', change: CHANGE }])).toEqual([]);
  });

  it('is asked for again where another try has begun to change something', async () => {
    await expect(overtaken([{ stepId: 'heal-9' }, { change: CHANGE }])).rejects.toThrow(ServiceUnavailable);
    await expect(overtaken([{ change: CHANGE }])).rejects.toThrow(
      /^another try of heal-0 of operation .+ has begun to change something: ask for its outcome$/,
    );
  });

  it('leaves alone what another step has changed, and what it knew before', async () => {
    expect(await overtaken([{ stepId: 'heal-9', change: CHANGE }])).toEqual([]);
    expect(await overtaken([{ change: CHANGE }], [{ change: CHANGE }])).toEqual([]);
  });
});

describe('an undo of which some targets are gone', () => {
  it('is done on the others, and fails for those', async () => {
    const { world, given, operation } = await begun();
    world.instanceFleet.launch({ instanceId: NODE, interfaces: { 'eni-a': ['sg-0000000a'] } });
    const action = { type: 'restore_network', params: { by: 'security_groups' } } as const;
    const step = {
      ...({ stepId: 'rollback-0', targets: [NODE, ...GONE] } as const),
      action: { ...action, timeoutSeconds: 60, onError: 'continue' } as const,
    };
    world.runbooks.nodes = world.runbooks.nodes.filter(({ instanceId }) => instanceId === NODE);
    await carryOut(world, { ...given, step });
    const record = await world.store.getStep(operation.operationId, 'rollback-0');
    expect(record).toMatchObject({ outcome: 'FAILED', targets: [NODE] });
    expect(record?.detail).toMatch(new RegExp(`^could not be done on ${GONE.join(', ')}; .`));
  });
});

describe('a check of hosts without a service', () => {
  it('names each that is online', async () => {
    const hosts = [NODE, ...GONE];
    const { world, given, operation } = await begun();
    world.runbooks.nodes = hosts.map((id) => node(id));
    const component = { ...given.subject.component, service: undefined, targets: { instanceIds: hosts } };
    const subject = { ...given.subject, component };
    const action = { type: 'verify_health', params: {}, timeoutSeconds: 60, onError: 'abort' } as const;
    const step = { ...given.step, batch: 0, action, isCheck: true, opensBatch: false };
    await carryOut(world, { ...given, subject, plan: { ...given.plan, component } as never, step });
    expect(await world.store.getStep(operation.operationId, 'heal-0')).toMatchObject({
      ...{ outcome: 'SUCCEEDED', detail: `${hosts.toSorted().join(', ')}: online` },
    });
  });
});

describe('an isolation that begins with the agents', () => {
  const ISOLATE = { type: 'isolate_network', params: { by: 'agent_first', securityGroup: GROUP } };

  it('is left to EC2 where no agent is known', async () => {
    const { world, given, operation } = await begun(ISOLATE);
    world.runbooks.nodes = [];
    await carryOut(world, given);
    expect(await world.store.getStep(operation.operationId, 'heal-0')).toMatchObject({
      ...{ outcome: 'SKIPPED', failsAs: 'TargetsUnavailable' },
    });
  });

  it('has failed where its command is refused, whatever was sent before', async () => {
    const { world, given, operation } = await begun(ISOLATE);
    world.runbooks.onSend = () => Promise.reject(new RequestRefused('no such document'));
    const lost = { commandId: 'command-0', document: 'selfheal-isolate-network' };
    Object.assign(world.runbooks, { findCommand: async () => lost });
    await carryOut(world, given);
    expect(await world.store.getStep(operation.operationId, 'heal-0')).toMatchObject({
      ...{ outcome: 'FAILED', detail: 'no such document' },
    });
  });
});

describe('a lift', () => {
  const LIFT = { id: 'lift-isolation', components: ['web'], trigger: { metrics: ['isolation_limit'] } };
  const lifted = async (lifts: (operationId: string) => string, layout?: object) => {
    const actions = [{ type: 'restore_network', onError: 'continue' }, { type: 'notify_soc' }];
    const run = await isolatedHost({}, [], [{ ...LIFT, actions }]);
    const lift = await run.admit({
      ...{ component: 'web', metric: 'isolation_limit', severity: 'WARNING', signalId: 'by-hand' },
      ...{ strategy: 'lift-isolation', lifts: lifts(run.operation.operationId), targets: [NODE] },
    });
    if (layout) await run.world.store.layOut(lift.operationId, { batches: [[NODE]], skipped: {}, ...layout });
    return { run, lift };
  };

  it('notifies people though there is nothing to lift', async () => {
    const { run, lift } = await lifted(() => 'another-operation');
    expect(await run.carryOut(lift, 'heal-0')).toMatchObject({ outcome: 'FAILED' });
    expect(await run.carryOut(lift, 'heal-1')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('goes on with the other hosts of a batch where one cannot be let in', async () => {
    const { run, lift } = await lifted((operationId) => operationId, {});
    await run.carryOut(lift, 'heal-0');
    expect(run.world.runbooks.sent.at(-1)).toMatchObject({
      ...{ document: 'selfheal-restore-network', stopsAtError: false },
    });
  });
});

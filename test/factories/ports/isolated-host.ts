import { act } from '../../../functions/app/heal/act.ts';
import { conclude } from '../../../functions/app/heal/conclude.ts';
import { reconcileAlarms } from '../../../functions/app/recover/reconcile-alarms.ts';
import { settleStep } from '../../../functions/app/recover/settle-step.ts';
import { triage } from '../../../functions/app/triage/triage.ts';
import type { FinalState, StepId } from '../../../functions/core/operation/operation.ts';
import type { CommandInvocation } from '../../../functions/ports/runbook-runner.ts';
import { configured, NODE, withMemoryAlarm } from '../configuration.ts';
import { signalEvent } from '../events/selfheal-event.ts';
import { node } from './recording-runbooks.ts';
import { admitted, createWorld, inputOf } from './world.ts';

export const HOUR_MS = 3_600_000;
export const GROUP = 'sg-0123456789abcdef0';
export const BEFORE = { 'eni-a': ['sg-0000000a'] };
export const BY_GROUPS = { by: 'security_groups', securityGroup: GROUP };

/** A host that was isolated for an hour at most, and what happens to it then. */
export async function isolatedHost(
  params: object,
  later: readonly object[] = [],
  strategies: readonly Readonly<Record<string, unknown>>[] = [],
  agent: Partial<CommandInvocation> = {},
) {
  const isolate = { type: 'isolate_network', params: { limitSeconds: '1h', ...params } };
  const contain = {
    components: ['web'],
    actions: [isolate, ...later],
    rollback: { onFailure: 'maintain_isolation' },
  };
  const world = createWorld(
    configured({
      components: { web: withMemoryAlarm() },
      strategies: [{ ...contain, cooldownSeconds: 0 }, ...strategies],
    }),
  );
  world.runbooks.nodes = [node(NODE)];
  world.instanceFleet.launch({ instanceId: NODE, interfaces: BEFORE });
  const operation = await admitted(world);
  /** @param ended how the command of its agents has ended, if there is one. @default it has succeeded */
  const carryOut = async (of: typeof operation, stepId: StepId, ended: Partial<CommandInvocation> = {}) => {
    await act(world, { ...inputOf(of, `token-${stepId}`), step: { stepId } });
    const record = await world.store.getStep(of.operationId, stepId);
    if (record?.reference === undefined) return record;
    const invocation = { instanceId: NODE, status: 'Success' as const, hasBegun: true, ...ended };
    world.runbooks.ends(invocation.status, [invocation]);
    await settleStep(world, record.reference);
    return await world.store.getStep(of.operationId, stepId);
  };
  const end = async (of: typeof operation, state: FinalState = 'COMPLETED') =>
    await conclude(world, { ...inputOf(of), state });
  const { length } = world.configuration.strategies[0]?.actions ?? [];
  for (let index = 0; index < length; index += 1) await carryOut(operation, `heal-${index}`, agent);
  await end(operation);
  const limits = async () => (await world.store.readFleet()).timeLimits;
  return {
    world,
    operation,
    carryOut,
    end,
    limits,
    groups: () => world.instanceFleet.groupsOf(NODE),
    /** A round of the reconciler, so much later. */
    after: async (laterMs: number) => {
      world.clock.now += laterMs;
      const sent = world.events.signals.length;
      const { problems, done, denials } = await reconcileAlarms(world);
      if (problems.length > 0) throw new Error(problems.join());
      return { done, denials, signals: world.events.signals.slice(sent) };
    },
    /** The operation that a signal leads to. */
    admit: async (signal: object) => {
      const decision = await triage(world, signalEvent({ ...signal }));
      if (decision.decision !== 'heal') throw new Error(JSON.stringify(decision));
      const lift = await world.store.getOperation(decision.operationId);
      if (!lift) throw new Error('not on record');
      return lift;
    },
  };
}

import { describe, expect, it } from 'vitest';
import { decideAdmission } from '../../../functions/core/admission/decide-admission.ts';
import { grantedOperation } from '../../../functions/core/admission/granted-operation.ts';
import { observedUntilMs } from '../../../functions/core/admission/observed-limits.ts';
import { type Proposal, proposalOf } from '../../../functions/core/admission/proposal.ts';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { Mode } from '../../../functions/core/configuration/modes.ts';
import type { HealthAlert } from '../../../functions/core/signal/health-alert.ts';
import type { Undone } from '../../../functions/ports/held-back-store.ts';
import type { OperationStore } from '../../../functions/ports/operation-store.ts';
import { alertOf, configurationOf, grantFor, NOON, STRATEGY } from '../../factories/operations/admissions.ts';
import type { MakeStore } from './make-store.ts';

const GROUP = { name: 'web', maxInFlight: 2, minHealthy: 0 };
const BY = 'arn:aws:iam::123456789012:user/ada';

function inMode(mode: Mode): CompiledConfiguration {
  const configuration = configurationOf({ components: ['checkout', 'search'], group: GROUP });
  return { ...configuration, settings: { ...configuration.settings, mode } };
}

function undoneFor(
  alert: HealthAlert,
  configuration: CompiledConfiguration,
  limits: Awaited<ReturnType<OperationStore['readLimits']>>['limits'],
): Undone {
  const decision = decideAdmission({
    alert,
    strategies: configuration.strategies,
    configuration,
    limits,
    nowMs: alert.occurredAtMs,
  });
  if (decision.decision === 'observe' || decision.decision === 'propose') return decision;
  throw new Error(JSON.stringify(decision));
}

async function observeOne(store: OperationStore, alert: HealthAlert) {
  const configuration = inMode('observe');
  const { limits } = await store.readLimits(alert.component);
  const undone = undoneFor(alert, configuration, limits);
  const observation = {
    operation: grantedOperation(alert, undone.grant),
    untilMs: observedUntilMs(undone),
  };
  return { observation, undone, limits, ...(await store.observe(observation, undone, limits)) };
}

async function proposeOne(store: OperationStore, alert: HealthAlert) {
  const configuration = inMode('propose');
  const { limits } = await store.readLimits(alert.component);
  const undone = undoneFor(alert, configuration, limits);
  const proposal = proposalOf(alert, undone.grant, configuration, limits.fleet);
  return { proposal, undone, limits, ...(await store.propose(proposal, undone, limits)) };
}

/** As the last approval admits it. */
async function approveOne(store: OperationStore, { operation }: Proposal) {
  const { limits } = await store.readLimits(operation.component);
  const { grant, operation: admitted } = grantFor(operation.alert, inMode('auto'), limits);
  const approvals = [{ by: BY, atMs: NOON + 1_000 }];
  const end = { kind: 'APPROVED', atMs: NOON + 1_000, by: BY } as const;
  return { approvals, end, outcome: await store.admit(admitted, grant, limits, { approvals, end }) };
}

export function heldBackContract(makeStore: MakeStore): void {
  describe('observations', () => {
    it('keep the operation, its plan and its limits, and make no claim', async () => {
      const store = await makeStore();
      const { observation, undone, outcome } = await observeOne(store, alertOf('checkout'));
      const { operationId, planId } = observation.operation;
      expect(outcome).toBe('recorded');
      expect(await store.readHeldBack(operationId)).toEqual({ observation });
      expect(await store.listObservations(5)).toEqual([observation]);
      expect(await store.listObservations(5, NOON)).toEqual([observation]);
      expect(await store.listObservations(5, NOON + 1_000)).toEqual([]);
      expect(await store.getPlan(planId)).toEqual(undone.grant.plan);

      expect(await store.getOperation(operationId)).toBeUndefined();
      expect(await store.listOperations(5)).toEqual([]);
      expect(await store.listClaims()).toEqual([]);
      const { component, fleet } = (await store.readLimits('checkout')).limits;
      expect(component).toMatchObject({ revision: 1, fence: 0, attemptsMs: {}, cooldownUntilMs: {} });
      expect(component.observed).toEqual({
        operationId,
        strategyId: STRATEGY,
        untilMs: observation.untilMs,
        attemptsMs: { [STRATEGY]: [NOON] },
        cooldownUntilMs: { [STRATEGY]: observation.untilMs + 300_000 },
        unrecovered: [operationId],
      });
      expect(fleet).toMatchObject({ revision: 1, inFlight: [], unhealthy: ['checkout'] });
      expect(fleet.observed?.untilMs).toEqual({ checkout: observation.untilMs });
    });

    it('are kept once for a signal, and only on limits that still hold', async () => {
      const store = await makeStore();
      const { observation, undone, limits } = await observeOne(store, alertOf('checkout'));
      expect(await store.observe(observation, undone, limits)).toEqual({ outcome: 'duplicate' });

      const search = (await store.readLimits('search')).limits;
      const alert = alertOf('search');
      const other = undoneFor(alert, inMode('observe'), search);
      await store.markUnhealthy('other');
      const record = { operation: grantedOperation(alert, other.grant), untilMs: NOON };
      expect(await store.observe(record, other, search)).toEqual({ outcome: 'conflict' });
      expect(await store.listObservations(5)).toEqual([observation]);
    });

    it('no longer hold in the fleet what is over when the next one is kept', async () => {
      const store = await makeStore();
      await observeOne(store, alertOf('checkout'));
      const later = NOON + 3_600_000;
      const { observation } = await observeOne(store, alertOf('search', { occurredAtMs: later }));
      const fleet = await store.readFleet();
      expect(fleet.observed?.untilMs).toEqual({ search: observation.untilMs });
    });

    it('keep the first recovery of each, and give back what they would hold', async () => {
      const store = await makeStore();
      const { observation } = await observeOne(store, alertOf('checkout'));
      const recoveredAtMs = NOON + 5_000;
      await store.noteRecovery('checkout', recoveredAtMs);
      await store.noteRecovery('checkout', recoveredAtMs + 5_000);

      expect(await store.listObservations(5)).toEqual([{ ...observation, recoveredAtMs }]);
      const { component, fleet } = (await store.readLimits('checkout')).limits;
      expect(component.observed).toMatchObject({
        untilMs: recoveredAtMs,
        cooldownUntilMs: { [STRATEGY]: recoveredAtMs + 300_000 },
        unrecovered: [],
      });
      expect(fleet.observed?.untilMs).toEqual({ checkout: recoveredAtMs });
    });
  });

  describe('proposals', () => {
    it('are kept as the only one of their component', async () => {
      const store = await makeStore();
      const { proposal, outcome } = await proposeOne(store, alertOf('checkout'));
      const { operationId } = proposal.operation;
      expect(outcome).toBe('recorded');
      expect(proposal.blastRadius.group).toEqual({ name: 'web', members: 2, healthyLeft: 1, minHealthy: 0 });
      expect(await store.readHeldBack(operationId)).toEqual({ proposal });
      expect(await store.listProposals(5)).toEqual([proposal]);
      expect(await store.listProposals(5, NOON)).toEqual([proposal]);
      expect(await store.listProposals(5, NOON + 1_000)).toEqual([]);
      const { component, fleet } = (await store.readLimits('checkout')).limits;
      expect(component.proposal).toEqual({ proposalId: operationId, expiresAtMs: NOON + 3_600_000 });
      expect(component.claim).toBeUndefined();
      expect(fleet).toMatchObject({ inFlight: [], unhealthy: ['checkout'] });
    });

    it('end with the admission that their last approval leads to', async () => {
      const store = await makeStore();
      const { proposal } = await proposeOne(store, alertOf('checkout'));
      const { operationId } = proposal.operation;
      const { approvals, end, outcome } = await approveOne(store, proposal);
      expect(outcome).toEqual({ outcome: 'granted' });
      expect(await store.readHeldBack(operationId)).toEqual({ proposal: { ...proposal, approvals, end } });
      expect(await store.getOperation(operationId)).toMatchObject({ operationId, attempt: 1 });
      expect((await store.readLimits('checkout')).limits.component.proposal).toBeUndefined();
    });

    it('that have ended admit nothing', async () => {
      const store = await makeStore();
      const { proposal } = await proposeOne(store, alertOf('checkout'));
      await store.endProposal(proposal, { kind: 'DENIED', atMs: NOON, by: BY, untilMs: NOON + 60_000 });
      expect((await approveOne(store, proposal)).outcome.outcome).toBe('conflict');
      expect(await store.listOperations(5)).toEqual([]);
      expect(await store.listClaims()).toEqual([]);
    });

    it('end once, with the component that waits for them', async () => {
      const store = await makeStore();
      const { proposal } = await proposeOne(store, alertOf('checkout'));
      const end = { kind: 'DENIED', atMs: NOON, by: BY, reason: 'no', untilMs: NOON + 60_000 } as const;
      expect(await store.endProposal(proposal, end)).toBe(true);
      expect(await store.endProposal(proposal, { kind: 'WITHDRAWN', atMs: NOON })).toBe(false);
      expect(await store.readHeldBack(proposal.operation.operationId)).toEqual({
        proposal: { ...proposal, end },
      });
      const { component } = (await store.readLimits('checkout')).limits;
      expect(component).toMatchObject({ deniedUntilMs: NOON + 60_000 });
      expect(component.proposal).toBeUndefined();
    });

    it('collect approvals one after another', async () => {
      const store = await makeStore();
      const { proposal } = await proposeOne(store, alertOf('checkout'));
      const approval = { by: BY, atMs: NOON, reason: 'looks right' };
      expect(await store.addApproval(proposal, approval)).toBe(true);
      expect(await store.addApproval(proposal, { by: 'somebody else', atMs: NOON })).toBe(false);
      expect(await store.addApproval(proposal, approval)).toBe(false);
      const { operationId } = proposal.operation;
      await store.noteProposalNotified(operationId, NOON);
      expect((await store.readHeldBack(operationId)).proposal).toEqual({
        ...proposal,
        approvals: [approval],
        notifiedAtMs: NOON,
      });
    });

    it('are to be withdrawn when the component recovers, unless they have ended or expired', async () => {
      const store = await makeStore();
      const { proposal } = await proposeOne(store, alertOf('checkout'));
      const atMs = NOON + 1_000;
      expect(await store.noteRecovery('checkout', atMs)).toEqual(proposal);
      expect(await store.noteRecovery('checkout', atMs)).toEqual(proposal);
      await store.endProposal(proposal, { kind: 'WITHDRAWN', atMs });
      expect(await store.noteRecovery('checkout', atMs)).toBeUndefined();

      const other = await proposeOne(store, alertOf('search'));
      expect(await store.noteRecovery('search', other.proposal.expiresAtMs)).toBeUndefined();
    });

    it('are not withdrawn by a recovery that is older than their alert', async () => {
      const store = await makeStore();
      const { proposal } = await proposeOne(store, alertOf('checkout'));
      const { observation } = await observeOne(store, alertOf('search'));
      expect(await store.noteRecovery('checkout', NOON - 1)).toBeUndefined();
      const { limits } = await store.readLimits('search');
      await store.noteRecovery('search', NOON - 1);
      expect(await store.listProposals(5)).toEqual([proposal]);
      expect(await store.listObservations(5)).toEqual([observation]);
      expect((await store.readLimits('search')).limits).toEqual(limits);
      await store.noteRecovery('search', NOON + 1);
      expect((await store.listObservations(5))[0]).toMatchObject({ recoveredAtMs: NOON + 1 });
    });
  });
}

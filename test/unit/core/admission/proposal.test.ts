import { describe, expect, it } from 'vitest';
import { grantedOperation } from '../../../../functions/core/admission/granted-operation.ts';
import {
  closedRefusal,
  isWithdrawnBy,
  type Proposal,
  type ProposalEnd,
  proposalOf,
  proposalRefusal,
  proposalState,
  withProposed,
} from '../../../../functions/core/admission/proposal.ts';
import { configured } from '../../../factories/configuration.ts';
import { alertOf, configurationOf, grantFor, NOON } from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

const GROUP = { name: 'shop', maxInFlight: 1, minHealthy: 1 };
const HOST = 'i-0123456789abcdef0';
const OTHER = 'i-0fedcba9876543210';

function proposed(configuration = configurationOf({ components: ['web'] }), fleet = limitsWith().fleet) {
  const alert = alertOf('web');
  const { grant } = grantFor(alert, configuration, limitsWith());
  return { alert, grant, proposal: proposalOf(alert, grant, configuration, fleet) };
}

const { proposal } = proposed();
const EXPIRES_MS = proposal.expiresAtMs;
const ended = (end: ProposalEnd): Proposal => ({ ...proposal, end });

describe('a proposal', () => {
  it('says what would be done, until when it can be approved, and by how many', () => {
    const configuration = configurationOf({ components: ['web'] });
    const { alert, grant } = proposed(configuration);
    const setMode = { of: 'everything', mode: 'propose', reason: 'holidays', sinceMs: NOON } as const;
    const said = {
      operation: grantedOperation(alert, grant),
      expiresAtMs: NOON + configuration.settings.proposalSeconds * 1_000,
      approvalsNeeded: 1,
      blastRadius: { targets: [HOST], maxConcurrentTargets: 1 },
      approvals: [],
    };
    expect(proposalOf(alert, grant, configuration, limitsWith().fleet)).toEqual(said);
    expect(proposalOf(alert, grant, configuration, limitsWith().fleet, setMode)).toEqual({
      ...said,
      setMode,
    });
  });

  it('says how many of its group stay healthy, neither in flight nor unhealthy', () => {
    const components = ['api', 'db', 'web', 'search', 'mail'];
    const { fleet } = limitsWith({}, { inFlight: ['api'], unhealthy: ['db', 'web', 'other'] });
    expect(proposed(configurationOf({ components, group: GROUP }), fleet).proposal.blastRadius.group).toEqual(
      {
        ...{ name: 'shop', members: 5, healthyLeft: 2, minHealthy: 1 },
      },
    );
    const { fleet: idle } = limitsWith();
    const alone = proposed(configurationOf({ components, group: GROUP }), idle).proposal.blastRadius;
    expect(alone.group?.healthyLeft).toBe(4);
  });

  it.each([
    ['tags', { tags: { tier: 'web', env: 'prod' } }, ['all nodes with tier=web, env=prod']],
    ['an Auto Scaling group', { autoScalingGroup: 'shop' }, ['all nodes of the Auto Scaling group shop']],
    ['instances', { instanceIds: [HOST, OTHER] }, [HOST, OTHER]],
  ])('says how its targets are selected: by %s', (_, targets, said) => {
    const configuration = configured({
      components: { web: { targets } },
      strategies: [{ id: 'restart', trigger: { metrics: ['memory'] }, approvals: 2 }],
    });
    const { approvalsNeeded, blastRadius } = proposed(configuration).proposal;
    expect(blastRadius.targets).toEqual(said);
    expect(approvalsNeeded).toBe(2);
  });

  it('says which ECS service it is about', () => {
    const configuration = configured({
      components: { web: { targets: { ecsService: 'shop/web' } } },
      strategies: [{ id: 'restart', trigger: { metrics: ['memory'] } }],
    });
    expect(proposed(configuration).proposal.blastRadius.targets).toEqual(['shop/web']);
  });

  it('says the targets that the alert names, if it names any', () => {
    const configuration = configured({
      components: { web: { targets: { tags: { tier: 'web' } } } },
      strategies: [{ id: 'restart', trigger: { metrics: ['memory'] } }],
    });
    const alert = alertOf('web', { targets: [HOST] });
    const { grant } = grantFor(alert, configuration, limitsWith());
    const { blastRadius } = proposalOf(alert, grant, configuration, limitsWith().fleet);
    expect(blastRadius.targets).toEqual([HOST]);
  });

  it('is open until it expires, or has ended', () => {
    expect(proposalState(proposal, EXPIRES_MS - 1)).toBe('OPEN');
    expect(proposalState(proposal, EXPIRES_MS)).toBe('EXPIRED');
    expect(proposalState(ended({ kind: 'APPROVED', atMs: NOON }), EXPIRES_MS)).toBe('APPROVED');
  });

  it('is withdrawn by a recovery since the alert, while it is open', () => {
    expect(isWithdrawnBy(proposal, NOON - 1)).toBe(false);
    expect(isWithdrawnBy(proposal, NOON)).toBe(true);
    expect(isWithdrawnBy(proposal, EXPIRES_MS)).toBe(false);
    expect(isWithdrawnBy(ended({ kind: 'DENIED', atMs: NOON }), NOON + 1)).toBe(false);
  });

  it('can be decided while it is open, and then says how it ended', () => {
    const { operationId } = proposal.operation;
    const refusal = (how: string) => ({
      reason: 'PROPOSAL_CLOSED',
      detail: `proposal ${operationId} has ended: ${how}`,
    });
    const closed = (end: ProposalEnd) => closedRefusal(ended(end), NOON);
    expect(closedRefusal(proposal, EXPIRES_MS - 1)).toBeUndefined();
    expect(closedRefusal(proposal, EXPIRES_MS)).toEqual(
      refusal(`EXPIRED at ${new Date(EXPIRES_MS).toISOString()}`),
    );
    expect(closed({ kind: 'DENIED', atMs: NOON, by: 'ana' })).toEqual(
      refusal('DENIED by ana at 2026-11-22T13:30:00.000Z'),
    );
    expect(closed({ kind: 'WITHDRAWN', atMs: NOON + 1_000 })).toEqual(
      refusal('WITHDRAWN at 2026-11-22T13:30:01.000Z'),
    );
  });
});

describe('a component with a proposal', () => {
  it('has no other one until that expires', () => {
    const { component } = limitsWith({ proposal: { proposalId: 'op-1', expiresAtMs: NOON } });
    expect(proposalRefusal(component, NOON - 1)).toEqual({
      ...{ reason: 'AWAITING_APPROVAL', detail: 'proposal op-1', eligibleAtMs: NOON },
    });
    expect(proposalRefusal(component, NOON)).toBeUndefined();
  });

  it('has no other one for as long as a person has denied it', () => {
    const { component } = limitsWith({ deniedUntilMs: NOON });
    expect(proposalRefusal(component, NOON - 1)).toEqual({
      ...{ reason: 'DENIED', detail: 'a person denied a proposal', eligibleAtMs: NOON },
    });
    expect(proposalRefusal(component, NOON)).toBeUndefined();
    expect(proposalRefusal(limitsWith().component, 0)).toBeUndefined();
  });

  it('counts as unhealthy, and no longer as denied', () => {
    const before = limitsWith({ deniedUntilMs: NOON, revision: 4 }, { unhealthy: ['db'], revision: 7 });
    const { deniedUntilMs: _, ...component } = before.component;
    const { operationId: proposalId } = proposal.operation;
    expect(withProposed(before, proposal)).toStrictEqual({
      component: { ...component, revision: 5, proposal: { proposalId, expiresAtMs: EXPIRES_MS } },
      fleet: { ...before.fleet, revision: 8, unhealthy: ['db', 'web'] },
    });
  });
});

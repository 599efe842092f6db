import { describe, expect, it } from 'vitest';
import { observationLines } from '../../../cli/presenters/observations.ts';
import { proposalDetailLines, proposalLines } from '../../../cli/presenters/proposals.ts';
import { statusLines } from '../../../cli/presenters/status.ts';
import { whyLines } from '../../../cli/presenters/why.ts';
import { fleetStatus } from '../../../functions/app/queries/fleet-status.ts';
import { whyNotHealed } from '../../../functions/app/queries/why-not-healed.ts';
import { triage } from '../../../functions/app/triage/triage.ts';
import { configured, NODE } from '../../factories/configuration.ts';
import { signalEvent } from '../../factories/events/selfheal-event.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { createWorld } from '../../factories/ports/world.ts';
import { output } from './presented-world.ts';

describe('what is held back', () => {
  const components = { web: { mode: 'propose' }, seen: { mode: 'observe' }, api: {} };
  const signal = (component: string) => signalEvent({ component, metric: 'memory', reason: 'leaks' });

  async function heldBack() {
    const world = createWorld(configured({ components }));
    await triage(world, signal('web'));
    await triage(world, signal('seen'));
    return world;
  }

  it('appears in the status of its component', async () => {
    const world = createWorld(configured({ components }));
    const before = statusLines(output, await fleetStatus(world)).join('\n');
    expect(before).toMatch(/web .* would be proposed/);
    expect(before).toMatch(/seen .* only observed/);
    expect(before).toMatch(/api .* ready/);
    await triage(world, signal('web'));
    const after = statusLines(output, await fleetStatus(world)).join('\n');
    expect(after).toMatch(/web .* proposed +proposal 20261122T133000Z-\w+; in 1h 00m/);
    const why = await whyNotHealed(world, { component: 'web', limit: 5 });
    expect(whyLines(output, 'web', why).join('\n')).toContain('`selfheal proposals`');
  });

  it('appears as proposals, with what a person decides by', async () => {
    const world = await heldBack();
    const [proposal] = await world.store.listProposals(5);
    if (!proposal) throw new Error('no proposal');
    const [heading, row] = proposalLines(output, [proposal], NOON);
    expect(heading).toMatch(/^PROPOSAL +COMPONENT +STRATEGY +STATE +APPROVALS +UNTIL +WHY$/);
    expect(row).toMatch(/ web +restart +OPEN +0 of 1 +in 1h 00m .* leaks$/);
    const plan = await world.store.getPlan(proposal.operation.planId);
    const detail = proposalDetailLines(output, proposal, plan, NOON).join('\n');
    expect(detail).toContain('restart, attempt 1: start_component');
    expect(detail).toContain(`${NODE}, 1 at a time`);
    expect(detail).toContain(`selfheal approve ${proposal.operation.operationId}`);
    expect(proposalLines(output, [], NOON)).toEqual(['No proposals.']);
  });

  it('no longer asks for an approval once it has ended', async () => {
    const world = await heldBack();
    const open = await world.store.noteRecovery('web', NOON + 1_000);
    if (open) await world.store.endProposal(open, { kind: 'WITHDRAWN', atMs: NOON + 1_000 });
    const [proposal] = await world.store.listProposals(5);
    if (!proposal) throw new Error('no proposal');
    const detail = proposalDetailLines(output, proposal, undefined, NOON + 2_000).join('\n');
    expect(detail).toContain('WITHDRAWN');
    expect(detail).not.toContain('selfheal approve');
  });

  it('says when a proposal expired', async () => {
    const world = await heldBack();
    const [proposal] = await world.store.listProposals(5);
    if (!proposal) throw new Error('no proposal');
    const later = NOON + 86_400_000;
    const expiredAt = '2026-11-22 14:30:00Z';
    expect(proposalLines(output, [proposal], later)[1]).toMatch(new RegExp(`EXPIRED +0 of 1 +${expiredAt}`));
    expect(proposalDetailLines(output, proposal, undefined, later).join('\n')).toMatch(
      new RegExp(`expired +${expiredAt}`),
    );
  });

  it('appears as observations, with the recovery that came without them', async () => {
    const world = await heldBack();
    const before = observationLines(output, await world.store.listObservations(5));
    expect(before[1]).toMatch(/ seen +restart +not yet +memory, monitor$/);
    await world.store.noteRecovery('seen', NOON + 90_000);
    const after = observationLines(output, await world.store.listObservations(5));
    expect(after[1]).toContain('after 1m 30s');
    expect(observationLines(output, [])).toEqual(['Nothing was observed.']);
  });
});

import { describe, expect, it } from 'vitest';
import { requestHeal } from '../../../../functions/app/operate/request-heal.ts';
import { sendDecision } from '../../../../functions/app/operate/send-decision.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import type { OperatorEvent } from '../../../../functions/ports/operator-events.ts';
import { configured } from '../../../factories/configuration.ts';
import { approvalEvent, signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

const SOURCE = 'selfheal.operator';
const AHEAD_MS = 150_000;

/** Triage gets each event at once. @returns what was sent, too */
function bus(world: World) {
  const sent: OperatorEvent[] = [];
  const send = async ({ source, detailType, detail, atMs }: OperatorEvent) => {
    const id = `event-${sent.push({ source, detailType, detail, atMs })}`;
    const time = new Date(atMs).toISOString();
    await triage(world, { ...world.home, id, source, time, 'detail-type': detailType, detail });
    return id;
  };
  return { sent, events: { send } };
}

/** A person whose clock is ahead of triage’s, with a proposal that needs two approvals. */
async function person(aheadMs = AHEAD_MS) {
  const world = createWorld(configured({ settings: { mode: 'propose' }, strategies: [{ approvals: 2 }] }));
  await triage(world, signalEvent({ component: 'web', metric: 'memory' }));
  const [proposal] = await world.store.listProposals(1);
  const id = proposal?.operation.operationId ?? '';
  const clock = { ...world.clock, nowMs: () => world.clock.now + aheadMs, sleep: world.clock.sleep };
  const { events, sent } = bus(world);
  const decide = (command: 'approve' | 'deny', by: string) =>
    sendDecision(
      { ...world, clock, events },
      { source: SOURCE, detail: { command, proposal: id, by }, timeoutMs: 3_000 },
    );
  const decided = (command: string, by: string) =>
    triage(world, approvalEvent({ command, proposal: id, by }, `${command}-${by}`));
  return { world, decide, decided, sent, id };
}

describe('a decision of a person whose clock is ahead', () => {
  it('is confirmed beside the approval of another person', async () => {
    const { decide, decided } = await person();
    await decided('approve', 'grace');
    const result = await decide('approve', 'ada');
    expect(result).toMatchObject({ outcome: 'confirmed', proposal: { end: { kind: 'APPROVED' } } });
  });

  it('is not confirmed by what the same person decided before', async () => {
    const { world, decide, decided } = await person();
    await decided('approve', 'ada');
    world.clock.now += 10_000;
    expect(await decide('approve', 'ada')).toMatchObject({
      outcome: 'refused',
      refusal: { reason: 'SAME_PERSON' },
    });
    await decided('deny', 'ada');
    world.clock.now += 10_000;
    expect(await decide('deny', 'ada')).toMatchObject({
      outcome: 'refused',
      refusal: { reason: 'PROPOSAL_CLOSED' },
    });
  });

  it('is not confirmed by what the same person denied before', async () => {
    const { world, decide, decided } = await person();
    await decided('deny', 'ada');
    world.clock.now += 10_000;
    expect(await decide('deny', 'ada')).toMatchObject({
      outcome: 'refused',
      refusal: { reason: 'PROPOSAL_CLOSED' },
    });
  });

  it('is not confirmed by what another person decides meanwhile', async () => {
    const { decide, decided, world } = await person();
    const { readHeldBack } = world.store;
    let reads = 0;
    Object.assign(world.store, {
      readHeldBack: async (id: string) => {
        reads += 1;
        // After the proposal was read, and before the decision is sent.
        const held = await readHeldBack(id);
        if (reads === 1) await decided('deny', 'grace');
        return held;
      },
    });
    expect(await decide('deny', 'ada')).toMatchObject({
      outcome: 'refused',
      refusal: { reason: 'PROPOSAL_CLOSED' },
    });
  });
});

describe('a decision', () => {
  it('is dated in whole seconds, and says who decided what', async () => {
    const { decide, sent, id, world } = await person(0);
    world.clock.now += 1_999;
    await decide('deny', 'ada');
    expect(sent).toEqual([
      {
        ...{ detailType: 'Selfheal Approval', source: SOURCE, atMs: NOON + 1_000 },
        detail: { command: 'deny', proposal: id, by: 'ada' },
      },
    ]);
  });

  it('is not refused because an earlier one was', async () => {
    const { decide, world } = await person(0);
    await decide('approve', 'ada');
    world.clock.now += 10_000;
    await decide('approve', 'ada');
    expect(await decide('approve', 'grace')).toMatchObject({ outcome: 'confirmed' });
  });
});

describe('a repair that is asked for', () => {
  it('is not known by what another signal led to', async () => {
    const world = createWorld(configured({ settings: { mode: 'observe' } }));
    await triage(world, signalEvent({ component: 'web', metric: 'memory', signalId: 'cli/1' }));
    const detail = { component: 'web', metric: 'memory', severity: 'CRITICAL', origin: 'manual' } as const;
    const events = { send: async () => 'event-1' };
    const asked = { source: SOURCE, detail: { ...detail, signalId: 'cli/2', reason: 'try' }, timeoutMs: 1 };
    expect(await world.store.listObservations(9)).toHaveLength(1);
    expect((await requestHeal({ ...world, events }, asked)).outcome).toBe('unanswered');
  });
});

describe('a repair that is asked for twice', () => {
  const asked = (signalId: string) => ({
    source: SOURCE,
    detail: {
      ...({ component: 'web', metric: 'memory', severity: 'CRITICAL', origin: 'manual' } as const),
      ...{ signalId, reason: 'try' },
    },
    timeoutMs: 3_000,
  });

  it.each([
    ['observe', 'observed'],
    ['auto', 'refused'],
  ])('results in the outcome of the second request: %s', async (mode, outcome) => {
    const world = createWorld(configured({ settings: { mode }, strategies: [{ cooldownSeconds: 0 }] }));
    const { events, sent } = bus(world);
    await requestHeal({ ...world, events }, asked('cli/1'));
    world.clock.now += 3_607_500;
    const second = await requestHeal({ ...world, events }, asked('cli/2'));
    expect(second.outcome).toBe(outcome);
    expect(JSON.stringify(second)).toContain('cli/2');
    expect(JSON.stringify(second)).not.toContain('cli/1');
    expect(sent[1]).toMatchObject({ detailType: 'Selfheal Signal', source: SOURCE, atMs: NOON + 3_607_000 });
  });
});

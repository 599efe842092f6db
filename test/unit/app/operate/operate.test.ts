import { describe, expect, it } from 'vitest';
import { requestHeal } from '../../../../functions/app/operate/request-heal.ts';
import { sendControl } from '../../../../functions/app/operate/send-control.ts';
import { sendDecision } from '../../../../functions/app/operate/send-decision.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import type { OperatorEvent } from '../../../../functions/ports/operator-events.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

const SOURCE = 'selfheal.operator';

/** A bus that hands every event to triage, `delayMs` later by the world's clock. */
function bus(world: World, delayMs = 2_500) {
  const sent: OperatorEvent[] = [];
  const due: { readonly atMs: number; readonly event: unknown }[] = [];
  world.clock.onSleep = async (nowMs) => {
    const waiting = due.splice(0);
    due.push(...waiting.filter(({ atMs }) => atMs > nowMs));
    for (const { atMs, event } of waiting) if (atMs <= nowMs) await triage(world, event);
  };
  return {
    sent,
    events: {
      send: async (event: OperatorEvent) => {
        const id = `event-${sent.push(event)}`;
        const { source, detailType, detail, atMs } = event;
        const time = new Date(atMs).toISOString();
        const { account, region } = world.home;
        const whole = { id, source, account, region, resources: [], time, 'detail-type': detailType, detail };
        due.push({ atMs: world.clock.now + delayMs, event: whole });
        return id;
      },
    },
  };
}

const request = (changes = {}) => ({
  source: SOURCE,
  detail: {
    ...({ component: 'web', metric: 'memory', severity: 'CRITICAL', origin: 'manual' } as const),
    ...{ signalId: 'cli/1', reason: 'first try' },
    ...changes,
  },
  timeoutMs: 30_000,
});

const control = (command: 'pause' | 'resume', changes = {}) => ({
  source: SOURCE,
  detail: { command, reason: 'maintenance' },
  timeoutMs: 30_000,
  ...changes,
});

describe('a repair that a person asks for', () => {
  it('results in the operation that it led to', async () => {
    const world = createWorld();
    const result = await requestHeal({ ...world, ...bus(world) }, request());
    expect(result).toMatchObject({
      outcome: 'admitted',
      operation: { component: 'web', alert: { origin: 'manual', reason: 'first try', signalId: 'cli/1' } },
    });
  });

  it('results in the refusal of this request, not of an earlier one', async () => {
    const world = createWorld(configured({ components: { web: { excluded: true } } }));
    const deps = { ...world, ...bus(world) };
    await requestHeal(deps, request());
    const second = await requestHeal(deps, request({ signalId: 'cli/2' }));
    expect(second).toMatchObject({ outcome: 'refused', refusal: { reason: 'EXCLUDED', signalId: 'cli/2' } });
  });

  it.each([
    ['of a component that is not deployed', { component: 'other' }, 'UNKNOWN_COMPONENT'],
    ['that cannot be read', { severity: 'URGENT' }, 'NOT_UNDERSTOOD'],
  ])('results in the refusal of a signal %s', async (_, changes, reason) => {
    const world = createWorld();
    const result = await requestHeal({ ...world, ...bus(world) }, request(changes));
    expect(result).toMatchObject({ outcome: 'refused', refusal: { reason } });
  });

  it('stays unanswered when the time is up', async () => {
    const world = createWorld();
    const result = await requestHeal({ ...world, ...bus(world, 60_000) }, request());
    expect(result).toEqual({ outcome: 'unanswered', eventId: 'event-1' });
  });
});

describe('a control that a person sends', () => {
  it('counts as confirmed when the table says so', async () => {
    const world = createWorld();
    const deps = { ...world, ...bus(world) };
    const detail = { command: 'pause', reason: 'maintenance', for: 7_200 } as const;
    const paused = await sendControl(deps, control('pause', { detail }));
    expect(paused).toMatchObject({ outcome: 'confirmed', setting: { reason: 'maintenance' } });
    const resumed = await sendControl(deps, control('resume'));
    expect(resumed).toEqual({ outcome: 'confirmed', eventId: 'event-2' });
    expect((await world.store.readFleet()).pause).toBeUndefined();
  });

  it.each([
    [
      { command: 'pause', group: 'front' },
      { command: 'resume', group: 'front' },
    ],
    [
      { command: 'exclude', component: 'web' },
      { command: 'include', component: 'web' },
    ],
    [
      { command: 'open_window', window: 'nights' },
      { command: 'close_window', window: 'nights' },
    ],
    [
      { command: 'set_mode', mode: 'observe' },
      { command: 'set_mode', mode: 'auto' },
    ],
    [
      { command: 'set_mode', mode: 'propose', group: 'front' },
      { command: 'set_mode', mode: 'auto', group: 'front' },
    ],
    [
      { command: 'set_mode', mode: 'propose', component: 'web' },
      { command: 'set_mode', mode: 'auto', component: 'web' },
    ],
  ] as const)('may be about a part: %o, then %o', async (setting, lifting) => {
    const world = createWorld(
      configured({
        windows: { nights: {} },
        groups: { front: {} },
        components: { web: withMemoryAlarm({ group: 'front', window: 'nights' }) },
      }),
    );
    const deps = { ...world, ...bus(world) };
    const reason = 'maintenance';
    const set = await sendControl(deps, control('pause', { detail: { ...setting, reason } }));
    expect(set).toMatchObject({ outcome: 'confirmed', setting: { reason } });
    const lifted = await sendControl(deps, control('pause', { detail: lifting }));
    expect(lifted).toEqual({ outcome: 'confirmed', eventId: 'event-2' });
  });

  it('counts as confirmed only when the mode on record is the one that was requested', async () => {
    const world = createWorld();
    const deps = { ...world, ...bus(world) };
    const of = (mode: 'observe' | 'propose') => ({ command: 'set_mode', mode, component: 'web' }) as const;
    await sendControl(deps, control('pause', { detail: of('propose') }));
    const stricter = await sendControl(deps, control('pause', { detail: of('observe') }));
    expect(stricter).toMatchObject({ outcome: 'confirmed', setting: { mode: 'observe' } });
  });

  it('is refused for a component that is not configured, with the names that are', async () => {
    const world = createWorld();
    const detail = { command: 'exclude', component: 'wbe' } as const;
    const result = await sendControl({ ...world, ...bus(world) }, control('pause', { detail }));
    expect(result).toMatchObject({
      outcome: 'refused',
      refusal: { detail: 'component wbe: there is no such name; declared: web' },
    });
  });

  it('prevails over a pause of the same second', async () => {
    const world = createWorld();
    await world.store.setPause({ reason: 'just now', sinceMs: world.clock.now }, world.clock.now);
    const result = await sendControl({ ...world, ...bus(world) }, control('resume'));
    expect(result.outcome).toBe('confirmed');
  });

  it('gives way to a later one that says otherwise', async () => {
    const world = createWorld();
    const deps = { ...world, ...bus(world, 60_000) };
    const send = deps.events.send;
    const events = {
      send: async (event: OperatorEvent) => {
        const id = await send(event);
        await world.store.setPause(undefined, event.atMs + 5_000);
        return id;
      },
    };
    const result = await sendControl({ ...deps, events }, control('pause'));
    expect(result).toEqual({ outcome: 'overtaken', eventId: 'event-1' });
  });

  it('fails with the reason on record', async () => {
    const world = createWorld();
    const result = await sendControl({ ...world, ...bus(world) }, control('pause', { source: 'stranger' }));
    expect(result).toMatchObject({ outcome: 'refused', refusal: { reason: 'UNKNOWN_SOURCE' } });
  });

  it('stays unanswered when the time is up', async () => {
    const world = createWorld();
    const result = await sendControl({ ...world, ...bus(world, 60_000) }, control('pause'));
    expect(result).toEqual({ outcome: 'unanswered', eventId: 'event-1' });
  });
});

describe('a decision about a proposal', () => {
  const BY = 'arn:aws:iam::123456789012:user/ada';
  const proposing = { settings: { mode: 'propose' } };
  const decision = (proposal: string, changes = {}) => ({
    source: SOURCE,
    detail: { command: 'approve', proposal, by: BY, ...changes } as const,
    timeoutMs: 30_000,
  });

  async function proposed(parts = {}) {
    const world = createWorld(configured({ ...proposing, ...parts }));
    const deps = { ...world, ...bus(world) };
    const asked = await requestHeal(deps, request());
    if (asked.outcome !== 'proposed') throw new Error(asked.outcome);
    return { world, deps, proposalId: asked.proposal.operation.operationId };
  }

  it('follows a repair that a person asks for where each must be approved', async () => {
    const { deps, world, proposalId } = await proposed();
    const result = await sendDecision(deps, decision(proposalId));
    expect(result).toMatchObject({
      outcome: 'confirmed',
      proposal: { end: { kind: 'APPROVED', by: BY }, approvals: [{ by: BY }] },
    });
    expect(await world.store.getOperation(proposalId)).toMatchObject({ state: 'HEALING' });
  });

  it('counts as confirmed though others have to approve too', async () => {
    const { deps, proposalId } = await proposed({ strategies: [{ approvals: 2 }] });
    const result = await sendDecision(deps, decision(proposalId));
    expect(result).toMatchObject({ outcome: 'confirmed', proposal: { approvals: [{ by: BY }] } });
    expect(result).not.toHaveProperty('proposal.end');
  });

  it('may be a denial', async () => {
    const { deps, proposalId } = await proposed();
    const result = await sendDecision(deps, decision(proposalId, { command: 'deny', for: 7_200 }));
    expect(result).toMatchObject({ outcome: 'confirmed', proposal: { end: { kind: 'DENIED', by: BY } } });
  });

  it('results in its refusal if it has no effect', async () => {
    const { deps, proposalId } = await proposed();
    await sendDecision(deps, decision(proposalId));
    deps.clock.now += 60_000;
    const again = await sendDecision(deps, decision(proposalId, { by: 'somebody else' }));
    expect(again).toMatchObject({ outcome: 'refused', refusal: { reason: 'PROPOSAL_CLOSED' } });
    const unknown = await sendDecision(deps, decision('20261122T133000Z-000000000000'));
    expect(unknown).toMatchObject({ outcome: 'refused', refusal: { reason: 'UNKNOWN_PROPOSAL' } });
  });

  it('stays unanswered when the time is up', async () => {
    const { world, proposalId } = await proposed();
    const result = await sendDecision({ ...world, ...bus(world, 60_000) }, decision(proposalId));
    expect(result).toMatchObject({ outcome: 'unanswered' });
  });

  it('does not arise for what is only observed', async () => {
    const world = createWorld(configured({ settings: { mode: 'observe' } }));
    const result = await requestHeal({ ...world, ...bus(world) }, request());
    expect(result).toMatchObject({ outcome: 'observed', observation: { operation: { component: 'web' } } });
  });
});

describe('a clock that is ahead of triage’s', () => {
  const AHEAD_MS = 150_000;

  /** What a person uses: the same table and bus, and a clock of its own. */
  function person(world: World) {
    const { clock } = world;
    const nowMs = () => clock.nowMs() + AHEAD_MS;
    return { ...world, ...bus(world), clock: { ...clock, nowMs, sleep: clock.sleep } };
  }

  it('does not keep controls from being confirmed', async () => {
    const world = createWorld();
    const deps = person(world);
    expect(await sendControl(deps, control('pause'))).toMatchObject({ outcome: 'confirmed' });
    expect(await sendControl(deps, control('resume'))).toMatchObject({ outcome: 'confirmed' });
    expect((await world.store.readFleet()).pause).toBeUndefined();
  });

  it.each(['approve', 'deny'] as const)('does not keep “%s” from being confirmed', async (command) => {
    const world = createWorld(configured({ settings: { mode: 'propose' } }));
    await triage(world, signalEvent({ component: 'web', metric: 'memory' }));
    const [id = ''] = (await world.store.listProposals(1)).map(({ operation }) => operation.operationId);
    const detail = { command, proposal: id, by: 'ada' };
    const decided = await sendDecision(person(world), { source: SOURCE, detail, timeoutMs: 30_000 });
    expect(decided).toMatchObject({ outcome: 'confirmed' });
  });
});

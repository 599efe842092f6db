import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Proposal } from '../../functions/core/admission/proposal.ts';
import { OPERATOR } from '../factories/events/selfheal-event.ts';
import type { Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

const ADA = 'arn:aws:sts::123456789012:assumed-role/oncall/ada';
const GRACE = 'arn:aws:sts::123456789012:assumed-role/oncall/grace';

/** The reconciler leaves a new proposal to triage for this long. */
const TRIAGE_ASKS_WITHIN_MS = 30_000;

describe.each(PLACES)('modes and approvals, $name', ({ open }) => {
  let place: Place;
  beforeAll(async () => {
    const proposing = { strategies: [{ mode: 'propose', cooldownSeconds: 0 }] };
    place = await open({
      components: {
        seen: { strategies: [{ mode: 'observe' }] },
        asked: proposing,
        unannounced: proposing,
        shared: { strategies: [{ mode: 'propose', approvals: 2 }] },
        denied: proposing,
        recovering: proposing,
        busy: { ...proposing, more: { group: 'tier' } },
        neighbour: { more: { group: 'tier' } },
        tightened: { strategies: [{ cooldownSeconds: 0 }] },
      },
      groups: { tier: { maxInFlight: 1 } },
    });
  });
  afterAll(() => place?.stop());

  const proposalOf = async (component: string) =>
    (await place.store.listProposals(50)).find(({ operation }) => operation.component === component);
  /** The proposal that a signal leads to. */
  async function proposed(component: string, raise = () => place.signal(component)): Promise<Proposal> {
    await raise();
    return await place.until(`proposal for ${component}`, 40, () => proposalOf(component));
  }
  const decide = (
    { operation }: Proposal,
    by: string,
    detail: Readonly<Record<string, unknown>> = { command: 'approve' },
  ) =>
    place.putEvent({
      source: OPERATOR,
      detailType: 'Selfheal Approval',
      detail: { proposal: operation.operationId, by, ...detail },
    });
  const reasons = (component: string) => place.poll(() => place.reasons(component));

  it('observe mode records what would be done, and sends nothing to any host', async () => {
    await place.setAlarm('seen', 'ALARM', 'as it happens');
    const observed = await place.until(
      'an observation',
      40,
      async () => (await place.store.listObservations(5))[0],
    );
    expect(observed.operation).toMatchObject({ component: 'seen', strategyId: 'seen', attempt: 1 });
    await place.signal('seen');
    await reasons('seen').toEqual(['IN_PROGRESS']);

    await place.setAlarm('seen', 'OK', 'by itself');
    await place.signal('seen', { kind: 'recovery' });
    await place
      .poll(async () => (await place.store.listObservations(5))[0]?.recoveredAtMs)
      .toBeGreaterThan(observed.operation.startedAtMs - 1_000);
    expect(place.requestsOf('seen')).toEqual([]);
    expect(place.stateChanges().filter(({ component }) => component === 'seen')).toEqual([]);
    expect(await place.store.getOperation(observed.operation.operationId)).toBeUndefined();
  });

  it('propose mode asks people, and one approval begins the operation', async () => {
    const proposal = await proposed('asked');
    const { operationId } = proposal.operation;
    await place
      .poll(() => place.notifications('architect', 'asked'))
      .toMatchObject([{ kind: 'proposal', proposalId: operationId, strategyId: 'asked' }]);
    expect(place.requestsOf('asked')).toEqual([]);

    await decide(proposal, ADA);
    expect(await place.completed('asked')).toMatchObject({ operationId });
    await decide(proposal, GRACE);
    await reasons('asked').toEqual(['PROPOSAL_CLOSED']);
    expect(await proposalOf('asked')).toMatchObject({
      approvals: [{ by: ADA }],
      end: { kind: 'APPROVED', by: ADA },
    });
  });

  it('the reconciler asks people about a proposal that triage stored and could not announce', async ({
    skip,
  }) => {
    if (!place.whileDenied) return skip('this place enforces no permissions');
    const notices = () => place.notifications('architect', 'unannounced');
    let proposal: Proposal | undefined;
    await place.whileDenied('selfheal-triage', 'sns:Publish', async () => {
      proposal = await proposed('unannounced');
      // Triage has given up.
      await place.poll(() => place.deadLetters()).toContainEqual(expect.stringContaining('unannounced'));
      expect(notices()).toEqual([]);
    });
    await place.sleep(TRIAGE_ASKS_WITHIN_MS);
    await place.reconcile();
    const proposalId = proposal?.operation.operationId;
    await place.poll(notices).toContainEqual(expect.objectContaining({ kind: 'proposal', proposalId }));
  });

  it('two people have to approve where the strategy says so', async () => {
    const proposal = await proposed('shared');
    await decide(proposal, ADA);
    await place.poll(async () => (await proposalOf('shared'))?.approvals).toMatchObject([{ by: ADA }]);
    expect(place.requestsOf('shared')).toEqual([]);
    await decide(proposal, GRACE);
    await place.completed('shared');
    expect((await proposalOf('shared'))?.approvals.map(({ by }) => by)).toEqual([ADA, GRACE]);
  });

  it('a denial keeps the component from being proposed again', async () => {
    const proposal = await proposed('denied');
    await decide(proposal, ADA, { command: 'deny', for: '2h', reason: 'load test' });
    await place
      .poll(async () => (await proposalOf('denied'))?.end)
      .toMatchObject({ kind: 'DENIED', by: ADA, reason: 'load test' });
    await place.signal('denied');
    await reasons('denied').toEqual(['DENIED']);
    await decide(proposal, GRACE);
    await reasons('denied').toEqual(expect.arrayContaining(['PROPOSAL_CLOSED']));
    expect(place.requestsOf('denied')).toEqual([]);
  });

  it('a recovery withdraws the proposal', async () => {
    const raise = () => place.setAlarm('recovering', 'ALARM', 'as it happens');
    const proposal = await proposed('recovering', raise);
    await place.setAlarm('recovering', 'OK', 'by itself');
    await place.poll(async () => (await proposalOf('recovering'))?.end).toMatchObject({ kind: 'WITHDRAWN' });
    await decide(proposal, ADA);
    await reasons('recovering').toEqual(expect.arrayContaining(['PROPOSAL_CLOSED']));
    expect(place.requestsOf('recovering')).toEqual([]);
  });

  it('a mode that a person sets holds at once, and is lifted without a deployment', async () => {
    const setMode = (mode: string) =>
      place.putEvent({
        source: OPERATOR,
        detailType: 'Selfheal Control',
        detail: { command: 'set_mode', mode, component: 'tightened', reason: 'incident' },
      });
    const onRecord = async () =>
      (await place.store.readComponents(['tightened']))[0]?.modeOverride?.setting?.mode ?? 'auto';
    const observation = async () =>
      (await place.store.listObservations(50)).find(({ operation }) => operation.component === 'tightened');

    await setMode('observe');
    await place.poll(onRecord).toBe('observe');
    await place.signal('tightened');
    const seen = await place.until('an observation', 40, observation);
    expect(seen.setMode).toMatchObject({ of: 'component', name: 'tightened', reason: 'incident' });

    // Of two controls of the same second, the stricter one holds.
    await place.sleep(1_100);
    await setMode('propose');
    await place.poll(onRecord).toBe('propose');
    const proposal = await proposed('tightened');
    expect(proposal.setMode).toMatchObject({ mode: 'propose', reason: 'incident' });
    expect(place.requestsOf('tightened')).toEqual([]);

    await place.sleep(1_100);
    await setMode('auto');
    await place.poll(onRecord).toBe('auto');
    await place.signal('tightened');
    await place.completed('tightened');
  });

  it('an approval checks every limit again', async () => {
    const proposal = await proposed('busy');
    place.hosts.script('neighbour', { start_component: 'wait' });
    await place.signal('neighbour');
    await place.acting('neighbour', 'heal-0');
    await decide(proposal, ADA);
    await reasons('busy').toEqual(['GROUP_BUSY']);
    expect(place.requestsOf('busy')).toEqual([]);
    place.hosts.script('neighbour', {});
    place.hosts.finish('neighbour', 'start_component');
    await place.completed('neighbour');
    await decide(proposal, ADA);
    await place.completed('busy');
  });
});

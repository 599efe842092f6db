import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR } from '../factories/events/selfheal-event.ts';
import type { Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

/** The shortest that can be configured: on MiniStack, it really passes. */
const PROPOSAL_SECONDS = 60;

describe.each(PLACES)('proposals that expire, $name', ({ open }) => {
  let place: Place;
  beforeAll(async () => {
    place = await open({
      settings: { proposalSeconds: PROPOSAL_SECONDS },
      components: { late: { strategies: [{ mode: 'propose', cooldownSeconds: 0 }] } },
    });
  });
  afterAll(() => place?.stop());

  const proposals = async () => await place.store.listProposals(50);

  it('an expired proposal can’t be approved, and the next signal leads to another one', async () => {
    await place.signal('late');
    const expired = await place.until('a proposal', 40, async () => (await proposals())[0]);
    const { operationId } = expired.operation;
    await place.sleep(expired.expiresAtMs - place.nowMs() + 1_000);
    await place.putEvent({
      source: OPERATOR,
      detailType: 'Selfheal Approval',
      detail: { command: 'approve', proposal: operationId, by: 'ada' },
    });
    await place.poll(() => place.reasons('late')).toEqual(['PROPOSAL_CLOSED']);
    const [refusal] = await place.store.listRefusals('late', 1);
    expect(refusal?.detail).toContain(`proposal ${operationId} has ended: EXPIRED`);
    expect(place.requestsOf('late')).toEqual([]);

    await place.signal('late');
    const next = await place.until('another proposal', 40, async () =>
      (await proposals()).find(({ operation }) => operation.operationId !== operationId),
    );
    expect(next.expiresAtMs).toBeGreaterThan(expired.expiresAtMs);
  });
});

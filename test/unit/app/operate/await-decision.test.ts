import { describe, expect, it } from 'vitest';
import { awaitDecision, type SentDecision } from '../../../../functions/app/operate/send-decision.ts';
import { NOBODY } from '../../../../functions/core/signal/named-component.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const approvedBy = (by: string, atMs: number) => ({ by, atMs });
const proposalOf = (approvals: readonly object[], end?: object) => ({
  ...{ operation: { component: 'web' }, approvals },
  ...(end && { end }),
});

/** Waits for a decision of Ada's, dated at noon, while the table says this. */
async function awaited(
  proposal: object | undefined,
  {
    command = 'approve' as SentDecision['command'],
    before = undefined as object | undefined,
    refusals = [] as readonly object[],
  } = {},
) {
  const { clock } = createWorld();
  const asked = new Set<string>();
  const store = {
    readHeldBack: async () => ({ proposal }),
    listRefusals: async (name: string) => {
      asked.add(name);
      return refusals;
    },
  };
  const sent = { eventId: 'own', command, proposalId: 'p-1', by: 'ada', atMs: NOON };
  const result = await awaitDecision(
    { store, clock } as never,
    { ...sent, ...(before && { before }) } as never,
    1_000,
  );
  return { outcome: result.outcome, asked: [...asked] };
}

describe('a decision that was sent', () => {
  it('is confirmed from its own second on', async () => {
    expect((await awaited(proposalOf([approvedBy('ada', NOON)]))).outcome).toBe('confirmed');
    expect((await awaited(proposalOf([approvedBy('ada', NOON - 1)]))).outcome).toBe('unanswered');
    expect((await awaited(proposalOf([approvedBy('grace', NOON)]))).outcome).toBe('unanswered');
  });

  it('is confirmed by an earlier date if that is new of this person', async () => {
    const earlier = NOON - 5_000;
    const now = (more: object) => proposalOf([more, approvedBy('ada', earlier)]);
    for (const known of [approvedBy('grace', earlier), approvedBy('ada', NOON - 9_000)])
      expect((await awaited(now(known), { before: proposalOf([known]) })).outcome).toBe('confirmed');
    const same = proposalOf([approvedBy('ada', earlier)]);
    expect((await awaited(same, { before: same })).outcome).toBe('unanswered');
  });

  it('that denies is confirmed by a denial alone', async () => {
    const ended = (kind: string) => proposalOf([], { kind, by: 'ada', atMs: NOON });
    expect((await awaited(ended('DENIED'), { command: 'deny' })).outcome).toBe('confirmed');
    expect((await awaited(ended('APPROVED'), { command: 'deny' })).outcome).toBe('unanswered');
    expect((await awaited(undefined, { command: 'deny' })).outcome).toBe('unanswered');
  });

  it('is refused by its own refusal, which is filed under the component or nobody', async () => {
    const own = { refusals: [{ signalId: 'other' }, { signalId: 'own' }] };
    expect(await awaited(proposalOf([]), own)).toEqual({ outcome: 'refused', asked: [NOBODY, 'web'] });
    expect(await awaited(undefined, own)).toEqual({ outcome: 'refused', asked: [NOBODY] });
    const others = { refusals: [{ signalId: 'other' }] };
    expect((await awaited(proposalOf([]), others)).outcome).toBe('unanswered');
  });
});

import { describe, expect, it } from 'vitest';
import { createHeldBack } from '../../../../functions/adapters/dynamodb/held-back.ts';
import { HELD_BACK_ITEMS } from '../../../../functions/adapters/dynamodb/held-back-inputs.ts';
import { encodeProposal } from '../../../../functions/adapters/dynamodb/held-back-item.ts';
import type { Table, Transacted } from '../../../../functions/adapters/dynamodb/table.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import type { Approval } from '../../../../functions/core/admission/proposal.ts';
import { configured } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

const APPROVAL = { by: 'ada', atMs: NOON };
type Patient = Awaited<ReturnType<Table['transactPatiently']>>;
const WRITTEN: Patient = { outcome: 'written' };
const REFUSED: Patient = { outcome: 'refused', reasons: [] };

/** What triage makes of an alert of `web` in a mode. */
async function heldBackIn(mode: 'observe' | 'propose') {
  const world = createWorld(configured({ settings: { mode } }));
  await triage(world, signalEvent({ component: 'web', metric: 'memory' }));
  return world;
}

/** The store over a table that answers with these. */
function over(world: World, table: Partial<Table>) {
  return createHeldBack({
    ...{ table: table as Table, tableName: 'heal', historyRetentionDays: 30 },
    newRequestToken: () => 'token',
    keepPlan: async () => undefined,
    readLimits: async (component) => (await world.store.readLimits(component)).limits,
  });
}

describe('an approval', () => {
  /** Whether it counts, where the proposal on record has these approvals already. */
  async function counts(kept: readonly Approval[] | undefined, repeated: boolean) {
    const world = await heldBackIn('propose');
    const [proposal] = await world.store.listProposals(1);
    if (!proposal) throw new Error('no proposal');
    const item = kept && encodeProposal({ ...proposal, approvals: kept }, 30);
    const update = async () => ({ written: false as const, repeated, ...(item && { item }) });
    return await over(world, { update }).addApproval(proposal, APPROVAL);
  }

  it('counts where the answer to the first try was lost, and it is the last on record', async () => {
    expect(await counts([APPROVAL], true)).toBe(true);
    expect(await counts([{ by: 'grace', atMs: NOON }, APPROVAL], true)).toBe(true);
  });

  it.each<readonly [string, readonly Approval[] | undefined, boolean]>([
    ['it was sent only once', [APPROVAL], false],
    ['another person’s is the last', [APPROVAL, { by: 'grace', atMs: NOON }], true],
    ['one of another time is the last', [{ by: 'ada', atMs: NOON - 1_000 }], true],
    ['there is none', [], true],
    ['the proposal is gone', undefined, true],
  ])('does not count where %s', async (_, kept, repeated) => {
    expect(await counts(kept, repeated)).toBe(false);
  });
});

describe('the recovery of a component of which operations were observed', () => {
  async function recovered(...answers: readonly Patient[]) {
    const world = await heldBackIn('observe');
    const sent: unknown[] = [];
    const updates: unknown[] = [];
    const table: Partial<Table> = {
      update: async (input) => {
        updates.push(input);
        return { written: true };
      },
      transactPatiently: async (input) => {
        sent.push(input);
        return answers[Math.min(sent.length, answers.length) - 1] ?? WRITTEN;
      },
    };
    const outcome = over(world, table).noteRecovery('web', world.clock.now);
    return { outcome, sent, updates };
  }

  it('is noted on each of them, and releases what they hold, at the next try if somebody was faster', async () => {
    const { outcome, sent, updates } = await recovered(REFUSED, WRITTEN);
    expect(await outcome).toBeUndefined();
    expect(updates).toHaveLength(1);
    expect(sent).toHaveLength(2);
  });

  it('fails where the limits change each time', async () => {
    const { outcome, sent } = await recovered(REFUSED);
    await expect(outcome).rejects.toMatchObject({
      name: 'StoreUnavailable',
      message: 'the limits of web changed faster than they could be read',
    });
    expect(sent).toHaveLength(8);
  });
});

describe('a proposal that is held back', () => {
  async function proposed(transacted: Transacted) {
    const world = await heldBackIn('propose');
    const [proposal] = await world.store.listProposals(1);
    const { limits } = await world.store.readLimits('web');
    if (!proposal) throw new Error('no proposal');
    const plan = await world.store.getPlan(proposal.operation.planId);
    const undone = { grant: { plan } } as Parameters<ReturnType<typeof over>['propose']>[1];
    return await over(world, { transact: async () => transacted }).propose(proposal, undone, limits);
  }
  const reasonsOf = (failed: number) =>
    Array.from({ length: 4 }, (_, index) => ({
      Code: index === failed ? 'ConditionalCheckFailed' : 'None',
    }));

  it('is recorded, known already, or based on limits that have changed', async () => {
    expect(await proposed(WRITTEN)).toEqual({ outcome: 'recorded' });
    const known = { outcome: 'refused', reasons: reasonsOf(HELD_BACK_ITEMS.record) } as const;
    expect(await proposed(known)).toEqual({ outcome: 'duplicate' });
    const changed = { outcome: 'refused', reasons: reasonsOf(3 - HELD_BACK_ITEMS.record) } as const;
    expect(await proposed(changed)).toEqual({ outcome: 'conflict' });
    expect(await proposed({ outcome: 'conflict', cause: 'busy' })).toEqual({ outcome: 'conflict' });
  });
});

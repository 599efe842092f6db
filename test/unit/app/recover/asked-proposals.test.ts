import { describe, expect, it } from 'vitest';
import { reconcileProposals } from '../../../../functions/app/recover/reconcile-proposals.ts';
import type { Proposal } from '../../../../functions/core/admission/proposal.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { withStore } from '../../../factories/ports/world.ts';
import { PROPOSAL, proposalIn, proposed, subjects } from '../triage/proposed-world.ts';

/** Whose people are still to be asked, where the proposal for `web` is like this. */
async function unasked(more: Partial<Proposal>, atMs = NOON + 60_000, attemptsMs: object = {}) {
  const world = await proposed();
  const before = subjects(world).length;
  const proposal = { ...(await proposalIn(world)), ...more } as Proposal;
  const [record] = await world.store.readComponents(['web']);
  if (!record) throw new Error('no record');
  const open = { proposalId: PROPOSAL, expiresAtMs: proposal.expiresAtMs };
  const deps = withStore(world, {
    readComponents: async () => [{ ...record, proposal: open, attemptsMs } as typeof record],
    readHeldBack: async () => ({ proposal }),
    getPlan: async () => undefined,
  });
  world.clock.now = atMs;
  const names: string[] = [];
  const attempt = async (name: string, what: () => Promise<readonly string[]>) => {
    names.push(name);
    await what();
  };
  const left = await reconcileProposals(deps, await world.store.readFleet(), ['web'], attempt as never);
  return { left: [...left], names, said: subjects(world).slice(before) };
}
const UNASKED = { notifiedAtMs: undefined } as unknown as Partial<Proposal>;
const LOOKED_AT = { names: [`proposal ${PROPOSAL}`] };

describe('people are still to be asked about a proposal', () => {
  it('while triage may do it', async () => {
    expect(await unasked(UNASKED, NOON + 1_000)).toEqual({ ...LOOKED_AT, left: ['web'], said: [] });
  });

  it('until they have been, though its plan is not on record', async () => {
    const said = ['Selfheal proposes restart for web'];
    expect(await unasked(UNASKED)).toEqual({ ...LOOKED_AT, left: [], said });
  });

  it('not where they were', async () => {
    expect(await unasked({})).toEqual({ ...LOOKED_AT, left: [], said: [] });
  });

  it('not once it has ended', async () => {
    const end = { kind: 'DENIED', by: 'ada', atMs: NOON } as const;
    expect(await unasked({ ...UNASKED, end })).toEqual({ ...LOOKED_AT, left: [], said: [] });
  });

  it('not once its component was repaired without it', async () => {
    expect(await unasked(UNASKED, NOON + 60_000, { restart: [NOON + 10_000] })).toEqual({
      ...{ ...LOOKED_AT, left: [], said: ['Selfheal withdraws its proposal for web'] },
    });
  });

  it('not from the moment on in which it expires', async () => {
    expect(await unasked(UNASKED, NOON + 3_600_000)).toEqual({ left: [], names: [], said: [] });
  });
});

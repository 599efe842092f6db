import { describe, expect, it } from 'vitest';
import type { PendingStep } from '../../../functions/core/admission/records.ts';
import { newComponentRecord } from '../../../functions/core/admission/records.ts';
import { admitOne, alertOf, conclusionOf, FENCE, NOON } from '../../factories/operations/admissions.ts';
import type { MakeStore } from './make-store.ts';

const step: PendingStep = {
  stepId: 'heal-0',
  order: 1_000,
  taskToken: 'a2f3e1d0-0000-4000-8000-000000000000',
  startedAtMs: NOON + 1_000,
  deadlineMs: NOON + 61_000,
};
const lease = NOON + 120_000;

export function claimContract(makeStore: MakeStore): void {
  describe('claims', () => {
    it.each([
      ['36 characters', step.taskToken],
      ['700 characters of base64', Buffer.alloc(525, 'token').toString('base64')],
      ['base64 with padding', Buffer.from('Zf/+').toString('base64')],
      ['base64 without its padding', 'Zg'],
    ])('keeps lease and token of the step that begins: %s', async (_name, taskToken) => {
      const store = await makeStore();
      const { operation, grant } = await admitOne(store, alertOf('checkout'));
      expect(await store.beginStep(operation, { ...step, taskToken }, lease)).toBe(true);
      expect(await store.getClaim('checkout')).toEqual({
        ...grant.claim,
        leaseUntilMs: lease,
        step: { ...step, taskToken },
      });
    });

    it('keeps why a step waits until it is tried again, and until when it may be begun', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const { waitsFor, ...tried } = {
        ...step,
        waitsFor: 'orders is backing-up',
        waitUntilMs: NOON + 600_000,
      };
      await store.beginStep(operation, { ...tried, waitsFor }, lease);
      expect((await store.getClaim('checkout'))?.step).toEqual({ ...tried, waitsFor });
      await store.beginStep(operation, tried, lease);
      expect((await store.getClaim('checkout'))?.step).toEqual(tried);
    });

    it('replaces the pending step by the next one', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      await store.beginStep(operation, step, lease);
      await store.beginStep(operation, { ...step, stepId: 'heal-1' }, lease + 1);
      expect(await store.getClaim('checkout')).toMatchObject({
        leaseUntilMs: lease + 1,
        step: { stepId: 'heal-1' },
      });
    });

    it('refuses a step that the operation is past, and takes another try at the present one', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      await store.beginStep(operation, { ...step, stepId: 'heal-1', order: 2_000 }, lease);
      expect(await store.beginStep(operation, step, lease + 1)).toBe(false);
      expect(await store.getClaim('checkout')).toMatchObject({
        leaseUntilMs: lease,
        step: { stepId: 'heal-1' },
      });
      const again = { ...step, stepId: 'heal-1', order: 2_000, taskToken: 'other' } as const;
      expect(await store.beginStep(operation, again, lease + 1)).toBe(true);
    });

    it('refuses a step with an older fence', async () => {
      const store = await makeStore();
      const { operation, grant } = await admitOne(store, alertOf('checkout'));
      await store.takeOver(operation, lease);
      expect(await store.beginStep(operation, step, lease)).toBe(false);
      const claim = await store.getClaim('checkout');
      expect(claim).toEqual({ ...grant.claim, fence: FENCE + 1, leaseUntilMs: lease });
    });

    it('refuses a step with a fence that was never given', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      expect(await store.beginStep({ ...operation, fence: FENCE + 1 }, step, lease)).toBe(false);
    });

    it('refuses a step of another operation, and one without a claim', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      expect(await store.beginStep({ ...operation, operationId: 'other' }, step, lease)).toBe(false);
      expect(await store.beginStep({ ...operation, component: 'search' }, step, lease)).toBe(false);
      await store.conclude(conclusionOf(operation));
      expect(await store.beginStep(operation, step, lease)).toBe(false);
      expect(await store.getClaim('checkout')).toBeUndefined();
    });

    it('changes the revision when a step begins', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      await store.beginStep(operation, step, lease);
      expect((await store.readLimits('checkout')).limits.component.revision).toBe(2);
    });

    it('gives the next fence to one that takes over, and keeps the pending step', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      await store.beginStep(operation, step, lease);
      expect(await store.takeOver(operation, lease + 5)).toEqual({ fence: FENCE + 1 });
      expect(await store.getClaim('checkout')).toMatchObject({
        fence: FENCE + 1,
        leaseUntilMs: lease + 5,
        step,
      });
      expect((await store.readLimits('checkout')).limits.component.fence).toBe(FENCE + 1);
    });

    it('lets only one of two take over', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const taken = await Promise.all([store.takeOver(operation, lease), store.takeOver(operation, lease)]);
      expect(taken.filter((claim) => claim !== undefined)).toEqual([{ fence: FENCE + 1 }]);
    });

    it('lets nobody take over what nobody holds', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      expect(await store.takeOver({ ...operation, component: 'search' }, lease)).toBeUndefined();
      await store.conclude(conclusionOf(operation));
      expect(await store.takeOver(operation, lease)).toBeUndefined();
    });

    it('lists all claims with their components', async () => {
      const store = await makeStore();
      expect(await store.listClaims()).toEqual([]);
      const search = await admitOne(store, alertOf('search'));
      const checkout = await admitOne(store, alertOf('checkout'));
      const ended = await admitOne(store, alertOf('basket'));
      await store.conclude(conclusionOf(ended.operation));
      expect(await store.listClaims()).toEqual([
        { component: 'checkout', ...checkout.grant.claim },
        { component: 'search', ...search.grant.claim },
      ]);
    });

    it('reads the records of components in the order asked for, known or not', async () => {
      const store = await makeStore();
      expect(await store.readComponents([])).toEqual([]);
      const search = await admitOne(store, alertOf('search'));
      const checkout = await admitOne(store, alertOf('checkout'));
      const names = Array.from({ length: 120 }, (_, index) => `unknown-${index}`);
      const records = await store.readComponents(['search', ...names, 'checkout']);
      expect(records.map(({ component }) => component)).toEqual(['search', ...names, 'checkout']);
      expect(records[0]?.claim).toEqual(search.grant.claim);
      expect(records[1]).toEqual(newComponentRecord('unknown-0'));
      expect(records.at(-1)?.claim).toEqual(checkout.grant.claim);
    });

    it('has no claim for a component that it does not know', async () => {
      const store = await makeStore();
      expect(await store.getClaim('checkout')).toBeUndefined();
    });
  });
}

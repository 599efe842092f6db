import { describe, expect, it } from 'vitest';
import { DENIAL_REPEATS_AFTER_MS } from '../../../functions/core/denial.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import type { MakeStore } from './make-store.ts';

const denial = { action: 'ssm:SendCommand', resource: 'arn:aws:ec2:us-east-1:1:instance/i-1', role: 'act' };

export function denialContract(makeStore: MakeStore): void {
  describe('missing permissions', () => {
    it('are recorded once for each permission and role, as they were first noted', async () => {
      const store = await makeStore();
      await store.noteDenial(denial, NOON);
      await store.noteDenial({ ...denial, resource: 'arn:aws:ec2:us-east-1:1:instance/i-2' }, NOON + 1_000);
      await store.noteDenial({ action: 'ssm:SendCommand', role: 'verify' }, NOON);
      await store.noteDenial({ action: 'ssm:SendCommand' }, NOON);
      expect(await store.listDenials()).toEqual([
        { ...denial, notedAtMs: NOON },
        { action: 'ssm:SendCommand', notedAtMs: NOON },
        { action: 'ssm:SendCommand', role: 'verify', notedAtMs: NOON },
      ]);
    });

    it('stay notified for a day, and are noted again after it', async () => {
      const store = await makeStore();
      await store.noteDenial(denial, NOON);
      await store.noteDenialNotified(denial, NOON + 60_000);
      await store.noteDenial(denial, NOON + DENIAL_REPEATS_AFTER_MS);
      expect(await store.listDenials()).toEqual([
        { ...denial, notedAtMs: NOON, notifiedAtMs: NOON + 60_000 },
      ]);
      const nextDay = NOON + DENIAL_REPEATS_AFTER_MS + 1;
      await store.noteDenial(denial, nextDay);
      expect(await store.listDenials()).toEqual([{ ...denial, notedAtMs: nextDay }]);
    });

    it('stay empty where none was noted', async () => {
      const store = await makeStore();
      await store.noteDenialNotified(denial, NOON);
      expect(await store.listDenials()).toEqual([]);
    });
  });
}

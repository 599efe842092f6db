import { describe, expect, it } from 'vitest';
import type { IncidentRecord } from '../../functions/core/notification/incident.ts';
import type { IncidentStore } from '../../functions/ports/channels.ts';
import { NOON } from '../factories/operations/admissions.ts';

const KEY = 'selfheal-123456789012-eu-west-1-web';

export function incidentOf(overrides: Partial<IncidentRecord> = {}): IncidentRecord {
  return {
    key: KEY,
    component: 'web',
    origin: 'alarm',
    metric: 'memory',
    status: 'open',
    sinceMs: NOON,
    announced: false,
    ...overrides,
  };
}

const {
  component: _component,
  origin: _origin,
  metric: _metric,
  ...OWN_ALARM
} = incidentOf({ key: `${KEY}-own` });

/** What every store of incidents does. `makeStore` gives an empty one, once for each test. */
export function incidentStoreContract(name: string, makeStore: () => Promise<IncidentStore>): void {
  describe(`incident store: ${name}`, () => {
    it('has no incident before the first', async () => {
      const store = await makeStore();
      expect(await store.readIncident(KEY)).toBeUndefined();
      expect(await store.listIncidents()).toEqual([]);
    });

    it.each([
      ['that is open', incidentOf()],
      ['that channels know of', incidentOf({ announced: true })],
      ['that is resolved', incidentOf({ status: 'resolved', announced: true })],
      ['of no component', OWN_ALARM],
    ])('returns an incident %s as it was saved', async (_, record) => {
      const store = await makeStore();
      expect(await store.saveIncident(record, undefined)).toBe(true);
      expect(await store.readIncident(record.key)).toEqual(record);
      expect(await store.listIncidents()).toEqual([record]);
    });

    it('does not save a first record over another', async () => {
      const store = await makeStore();
      await store.saveIncident(incidentOf(), undefined);
      expect(await store.saveIncident(incidentOf({ sinceMs: NOON + 1 }), undefined)).toBe(false);
      expect(await store.readIncident(KEY)).toEqual(incidentOf());
    });

    it.each([
      ['status', { status: 'resolved' }],
      ['time', { sinceMs: NOON - 1 }],
      ['announcement', { announced: true }],
    ] as const)('saves a record only over what it was made from: another %s', async (_, other) => {
      const store = await makeStore();
      await store.saveIncident(incidentOf(), undefined);
      const resolved = incidentOf({ status: 'resolved', sinceMs: NOON + 60_000 });
      expect(await store.saveIncident(resolved, incidentOf(other))).toBe(false);
      expect(await store.readIncident(KEY)).toEqual(incidentOf());
      expect(await store.saveIncident(resolved, incidentOf())).toBe(true);
      expect(await store.readIncident(KEY)).toEqual(resolved);
    });

    it('does not save over a record that is not there', async () => {
      const store = await makeStore();
      expect(await store.saveIncident(incidentOf({ announced: true }), incidentOf())).toBe(false);
      expect(await store.readIncident(KEY)).toBeUndefined();
    });

    it('forgets what the next record leaves out', async () => {
      const store = await makeStore();
      await store.saveIncident(incidentOf(), undefined);
      const { metric: _, ...next } = incidentOf({ sinceMs: NOON + 1 });
      await store.saveIncident(next, incidentOf());
      expect(await store.readIncident(KEY)).toEqual(next);
    });

    it('keeps one of many changes that overlap', async () => {
      const store = await makeStore();
      await store.saveIncident(incidentOf(), undefined);
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, nth) =>
          store.saveIncident(incidentOf({ status: 'resolved', sinceMs: NOON + 1 + nth }), incidentOf()),
        ),
      );
      expect(outcomes.filter(Boolean)).toHaveLength(1);
    });

    it('lists all incidents in the order of their keys', async () => {
      const store = await makeStore();
      const keys = Array.from({ length: 30 }, (_, nth) => `${KEY}-${String(nth).padStart(2, '0')}`);
      await Promise.all(keys.toReversed().map((key) => store.saveIncident(incidentOf({ key }), undefined)));
      expect((await store.listIncidents()).map(({ key }) => key)).toEqual(keys);
    });
  });
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AdmissionQuestion,
  decideAdmission,
} from '../../../../functions/core/admission/decide-admission.ts';
import type { FleetRecord } from '../../../../functions/core/admission/records.ts';
import { configured } from '../../../factories/configuration.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';
import { OUT, RESTART, type Shop, shop } from './capacity-shop.ts';

describe('admission by capacity', () => {
  const decide = (
    fleet: Partial<FleetRecord>,
    parts: Shop = {},
    capacity?: AdmissionQuestion['capacity'],
  ) => {
    const configuration = shop(parts);
    return decideAdmission({
      ...(capacity && { capacity }),
      alert: alertOf('pay-a'),
      strategies: configuration.strategies,
      configuration,
      limits: limitsWith({ component: 'pay-a' }, fleet),
      nowMs: NOON,
    });
  };

  it('refuses a repair for which the capacity is too short, and names the strategy', () => {
    expect(decide(OUT)).toMatchObject({
      decision: 'refuse',
      refusal: { reason: 'CAPACITY_SHORT' },
      strategy: { id: 'restart' },
    });
  });

  it('leaves only the capacity to triage where the hosts and the causes are not known', () => {
    expect(decide(OUT, {}, 'left-to-triage')).toMatchObject({ decision: 'grant' });
    const fleet = { ...OUT, inFlight: ['mail'] };
    expect(decide(fleet, { settings: { maxConcurrentRepairs: 1 } }, 'left-to-triage')).toMatchObject({
      refusal: { reason: 'FLEET_BUSY' },
    });
  });

  it('refuses it before the fleet’s budget, so that it keeps no place in the queue', () => {
    const settings = { maxConcurrentRepairs: 1 };
    const fleet = { ...OUT, inFlight: ['mail'] };
    expect(decide(fleet, { settings })).toMatchObject({ refusal: { reason: 'CAPACITY_SHORT' } });
    expect(decide({ inFlight: ['mail'] }, { settings })).toMatchObject({ refusal: { reason: 'FLEET_BUSY' } });
  });

  const NAMES = ['pay-a', 'pay-b', 'pay-c', 'pay-d'];
  const capacity = fc.integer({ min: 1, max: 9 });
  const fleets = fc
    .record({
      demand: fc.integer({ min: 1, max: 30 }),
      capacities: fc.array(capacity, { minLength: 4, maxLength: 4 }),
      order: fc.shuffledSubarray(NAMES, { minLength: 1 }),
      marked: fc.subarray([...NAMES, 'gateway']),
    })
    .map(({ demand, capacities, order, marked }) => {
      const room = Object.fromEntries(NAMES.map((name, index) => [name, capacities[index] ?? 1]));
      const configuration = configured({
        settings: { maxConcurrentRepairs: 10 },
        components: {
          gateway: { dependsOn: NAMES, demand, capacities: room },
          ...Object.fromEntries(NAMES.map((name) => [name, {}])),
        },
        strategies: [RESTART],
      });
      const carriedWithout = (out: readonly string[]) =>
        Math.min(
          demand,
          NAMES.filter((name) => !out.includes(name)).reduce((sum, name) => sum + (room[name] ?? 0), 0),
        );
      const isNeeded = (component: string, out: readonly string[]) =>
        carriedWithout([...out, component]) < carriedWithout(out);
      const decided = (component: string, fleet: Partial<FleetRecord>) =>
        decideAdmission({
          alert: alertOf(component),
          strategies: configuration.strategies,
          configuration,
          limits: limitsWith({ component }, fleet),
          nowMs: NOON,
        }).decision;
      return { order, marked, carriedWithout, isNeeded, decided };
    });

  it('never grants repairs that together reduce the carried load, whatever is unhealthy', () => {
    fc.assert(
      fc.property(fleets, ({ order, marked, carriedWithout, isNeeded, decided }) => {
        const inFlight: string[] = [];
        for (const component of order) {
          const isShort =
            isNeeded(component, inFlight) ||
            (!marked.includes(component) && isNeeded(component, [...inFlight, ...marked]));
          const decision = decided(component, { inFlight, unhealthy: marked });
          expect(decision).toBe(isShort ? 'refuse' : 'grant');
          if (decision === 'grant') inFlight.push(component);
        }
        expect(carriedWithout(inFlight)).toBe(carriedWithout([]));
      }),
    );
  });

  it('never makes an unhealthy component wait for another one that is only unhealthy', () => {
    fc.assert(
      fc.property(fleets, ({ marked, isNeeded, decided }) => {
        for (const component of marked.filter((name) => name !== 'gateway'))
          expect(decided(component, { unhealthy: marked })).toBe(
            isNeeded(component, []) ? 'refuse' : 'grant',
          );
      }),
    );
  });
});

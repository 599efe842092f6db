import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedAlarm } from '../../functions/core/configuration/planned-alarms.ts';
import { UndeployableAlarms } from '../../infra/constructs/undeployable-alarms.ts';
import { spreadAlarms } from '../../infra/stacks/spread-alarms.ts';

/** Alarms of a component, as far as spreading them looks at them. */
function alarmsOf(component: string, count = 3): readonly PlannedAlarm[] {
  return Array.from(
    { length: count },
    (_, index) => ({ component, alarmName: `selfheal-${component}-${index}` }) as unknown as PlannedAlarm,
  );
}

/** The stack of each component. @throws Error if a component is in two */
function places(components: Iterable<string>, stacks: number | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const planned = [...components].flatMap((component) => alarmsOf(component));
  for (const { stackId, alarms } of spreadAlarms(planned, stacks)) {
    for (const { component } of alarms) {
      const before = found.get(component) ?? stackId;
      if (before !== stackId) throw new Error(`${component} is in ${before} and in ${stackId}`);
      found.set(component, stackId);
    }
  }
  return found;
}

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const change = fc.record({ component: name, comes: fc.boolean() });

describe('alarm stacks', () => {
  it('keep every alarm where it is while components come and go', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { maxLength: 100 }),
        fc.array(change, { maxLength: 40 }),
        fc.integer({ min: 1, max: 50 }),
        (first, changes, stacks) => {
          const components = new Set(first);
          let before = places(components, stacks);
          for (const { component, comes } of changes) {
            if (comes) components.add(component);
            else components.delete(component);
            const after = places(components, stacks);
            for (const [stayed, place] of after) expect(before.get(stayed) ?? place).toBe(place);
            before = after;
          }
        },
      ),
    );
  });

  it('move alarms to later stacks only when there are more stacks, since those are deployed later', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { maxLength: 100 }),
        fc.integer({ min: 1, max: 49 }),
        fc.integer({ min: 1, max: 10 }),
        (components, stacks, more) => {
          const first = spreadAlarms([], stacks).map(({ stackId }) => stackId);
          const before = places(components, stacks);
          for (const [component, place] of places(components, Math.min(50, stacks + more))) {
            if (place !== before.get(component)) expect(first).not.toContain(place);
          }
        },
      ),
    );
  });

  it('consist of one, by the name that it always had, for a fleet that fits', () => {
    const planned = Array.from({ length: 166 }, (_, index) => alarmsOf(`c${index}`)).flat();
    expect(spreadAlarms(planned, undefined)).toEqual([{ stackId: 'SelfhealAlarms', alarms: planned }]);
  });

  it('hold 1,000 components with three alarms each, evenly', () => {
    const planned = Array.from({ length: 1_000 }, (_, index) => alarmsOf(`component-${index}`)).flat();
    const stacks = spreadAlarms(planned, undefined);
    expect(stacks).toHaveLength(16);
    expect(stacks.flatMap(({ alarms }) => alarms)).toHaveLength(3_000);
    for (const { alarms } of stacks) {
      expect(alarms.length).toBeGreaterThan(100);
      expect(alarms.length).toBeLessThan(300);
    }
  });

  it('are refused when one gets more than it holds, with the number that is enough', () => {
    const planned = Array.from({ length: 1_000 }, (_, index) => alarmsOf(`component-${index}`)).flat();
    const refused = () => spreadAlarms(planned, 2);
    expect(refused).toThrow(UndeployableAlarms);
    expect(refused).toThrow(
      /^\d+ alarms to create in the stack SelfhealAlarms2?, which holds 499; write `alarmStacks: (\d+)` under `settings`$/,
    );
    const [, enough = ''] = /alarmStacks: (\d+)/.exec(messageOf(refused)) ?? [];
    expect(() => spreadAlarms(planned, Number(enough))).not.toThrow();
    expect(() => spreadAlarms(planned, Number(enough) - 1)).toThrow(UndeployableAlarms);
  });

  it('are refused for a component that has more alarms than a stack holds', () => {
    const refused = () => spreadAlarms([...alarmsOf('web', 600), ...alarmsOf('db')], undefined);
    expect(refused).toThrow(UndeployableAlarms);
    expect(refused).toThrow('split component web, which has 600 alarms');
  });
});

function messageOf(refused: () => unknown): string {
  try {
    refused();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

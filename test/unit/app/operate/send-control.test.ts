import { describe, expect, it } from 'vitest';
import { type ControlDetail, sendControl } from '../../../../functions/app/operate/send-control.ts';
import type { RefusalRecord } from '../../../../functions/core/admission/refusal.ts';
import { NOBODY } from '../../../../functions/core/signal/named-component.ts';
import type { OperatorEvent } from '../../../../functions/ports/operator-events.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

const PAUSE: ControlDetail = { command: 'pause', reason: 'maintenance' };

/** Sends a control, and does `then` in the place of triage. */
async function sent(world: World, detail: ControlDetail, then?: (event: OperatorEvent) => Promise<unknown>) {
  const events: OperatorEvent[] = [];
  const bus = {
    send: async (event: OperatorEvent) => {
      events.push(event);
      await then?.(event);
      return 'own';
    },
  };
  const result = await sendControl({ ...world, events: bus }, { source: 's', detail, timeoutMs: 2_000 });
  return { result, atMs: (events[0]?.atMs ?? 0) - NOON };
}

describe('the time of a control', () => {
  const pausedAt = async (lastMs: number, nowMs: number) => {
    const world = createWorld();
    await world.store.setPause(undefined, NOON + lastMs);
    world.clock.now = NOON + nowMs;
    let waitedMs = -1;
    const { atMs } = await sent(world, PAUSE, async () => {
      waitedMs = world.clock.now - NOON - nowMs;
    });
    return { atMs, waitedMs };
  };

  it('is the current second, if nothing was said in it before', async () => {
    expect(await pausedAt(-5_000, 1_999)).toEqual({ atMs: 1_000, waitedMs: 0 });
    expect(await pausedAt(999, 1_000)).toEqual({ atMs: 1_000, waitedMs: 0 });
  });

  it('is the next second after a control of this one, which it waits for', async () => {
    expect(await pausedAt(0, 400)).toEqual({ atMs: 1_000, waitedMs: 600 });
    expect(await pausedAt(0, 0)).toEqual({ atMs: 1_000, waitedMs: 1_000 });
  });

  it('is after a control of the future, without a wait for it', async () => {
    expect(await pausedAt(60_000, 0)).toEqual({ atMs: 61_000, waitedMs: 0 });
  });
});

describe('the outcome of a control', () => {
  const refusal = (signalId: string, component: string): RefusalRecord => ({
    ...{ signalId, component, reason: 'NOT_UNDERSTOOD', detail: signalId },
    ...{ occurredAtMs: NOON, refusedAtMs: NOON },
  });

  it('is not known by an earlier one that said the same', async () => {
    const world = createWorld();
    await world.store.setPause({ reason: 'before', sinceMs: NOON }, NOON);
    expect((await sent(world, PAUSE)).result).toEqual({ outcome: 'unanswered', eventId: 'own' });
  });

  it('is what holds instead, if a later one says otherwise', async () => {
    const world = createWorld();
    const pause = { reason: 'release', sinceMs: NOON };
    const { result } = await sent(world, { command: 'resume' }, ({ atMs }) =>
      world.store.setPause(pause, atMs + 1_000),
    );
    expect(result).toEqual({ outcome: 'overtaken', eventId: 'own', setting: pause });
    const other = createWorld();
    const { result: atOnce } = await sent(other, { command: 'resume' }, ({ atMs }) =>
      other.store.setPause(pause, atMs),
    );
    expect(atOnce).toEqual({ outcome: 'overtaken', eventId: 'own', setting: pause });
  });

  it.each<readonly [ControlDetail, string]>([
    [PAUSE, NOBODY],
    [{ command: 'exclude', component: 'web' }, NOBODY],
    [{ command: 'exclude', component: 'web' }, 'web'],
    [{ command: 'set_mode', mode: 'observe', component: 'web' }, 'web'],
  ])('is its own refusal, not that of another: %o, filed under %s', async (detail, name) => {
    const world = createWorld();
    await world.store.recordRefusal(refusal('other', name));
    expect((await sent(world, detail)).result.outcome).toBe('unanswered');
    const own = refusal('own', name);
    const { result } = await sent(world, detail, () => world.store.recordRefusal(own));
    expect(result).toEqual({ outcome: 'refused', eventId: 'own', refusal: own });
  });

  it.each<readonly [ControlDetail, readonly string[]]>([
    [PAUSE, [NOBODY]],
    [{ command: 'set_mode', mode: 'observe' }, [NOBODY]],
    [{ command: 'include', component: 'web' }, [NOBODY, 'web']],
  ])('is looked for only where it can be filed: %o', async (detail, names) => {
    const world = createWorld();
    const asked = new Set<string>();
    const listRefusals: World['store']['listRefusals'] = (name, ...rest) => {
      asked.add(name);
      return world.store.listRefusals(name, ...rest);
    };
    await sent({ ...world, store: { ...world.store, listRefusals } }, detail);
    expect([...asked]).toEqual(names);
  });
});

import { describe, expect, it } from 'vitest';
import { diagnoseAgain } from '../../../../functions/app/diagnosis/diagnose-again.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';
import { changed, MINUTE_MS, worldOf } from './diagnosed-world.ts';

const BOTH = { looksElsewhere: true, judgesCauses: true };
const PROPOSED_MINUTES_AGO = 5;
const proposed = {
  alert: alertOf('web', { occurredAtMs: NOON - 6 * MINUTE_MS }),
  startedAtMs: NOON - PROPOSED_MINUTES_AGO * MINUTE_MS,
};

describe('the diagnosis of what was proposed', () => {
  it('has nothing against it if nothing has happened since', async () => {
    expect(await diagnoseAgain(worldOf(), proposed, BOTH)).toBeUndefined();
  });

  it('has nothing against it for a component whose changes are not watched', async () => {
    const alert = alertOf('plain', { occurredAtMs: NOON - 6 * MINUTE_MS });
    expect(await diagnoseAgain(worldOf(), { ...proposed, alert }, BOTH)).toBeUndefined();
  });

  it.each([true, false])('looks for a fault elsewhere only if asked to (%s)', async (looksElsewhere) => {
    const world = worldOf();
    world.alarms.named.set(memoryAlarm('database'), 'ALARM');
    world.alarms.since.set(memoryAlarm('database'), NOON - 7 * MINUTE_MS);
    const refusal = await diagnoseAgain(world, proposed, { ...BOTH, looksElsewhere });
    expect(refusal?.reason).toBe(looksElsewhere ? 'CAUSE_ELSEWHERE' : undefined);
  });

  it.each([true, false])('looks for a change in progress only if asked to (%s)', async (judgesCauses) => {
    const world = worldOf();
    await changed(world, 'started', 2);
    const refusal = await diagnoseAgain(world, proposed, { ...BOTH, judgesCauses });
    expect(refusal?.reason).toBe(judgesCauses ? 'CHANGE_IN_PROGRESS' : undefined);
  });

  it('is that a change began after the proposal, not with it', async () => {
    const later = worldOf();
    await changed(later, 'finished', PROPOSED_MINUTES_AGO - 1);
    expect(await diagnoseAgain(later, proposed, BOTH)).toStrictEqual({
      reason: 'PLAN_CHANGED',
      detail:
        'v42 of web began at 2026-11-22T13:26:00.000Z, after the proposal; deny the proposal; the next signal leads to a current one',
    });
    const together = worldOf();
    await changed(together, 'finished', PROPOSED_MINUTES_AGO);
    expect(await diagnoseAgain(together, proposed, BOTH)).toBeUndefined();
  });

  it('does not mind what Selfheal itself has changed since', async () => {
    const world = worldOf();
    await changed(world, 'finished', 2, { operationId: 'another' });
    expect(await diagnoseAgain(world, proposed, BOTH)).toBeUndefined();
  });

  it('is that a change has become known that was none then', async () => {
    const world = worldOf();
    await changed(world, 'finished', 20);
    expect(await diagnoseAgain(world, proposed, BOTH)).toStrictEqual({
      reason: 'PLAN_CHANGED',
      detail:
        'the suspected change is v42 now, and was none; deny the proposal; the next signal leads to a current one',
    });
  });

  it('judges causes without changes where a strategy asks for other causes', async () => {
    const world = createWorld(
      configured({
        components: { web: withMemoryAlarm() },
        strategies: [{ trigger: { causes: ['MEMORY_LEAK'] } }],
      }),
    );
    const sleep = () => new Promise<never>(() => undefined);
    const still = { ...world, clock: { ...world.clock, nowMs: () => NOON, sleep } };
    expect(await diagnoseAgain(still, proposed, BOTH)).toBeUndefined();
  });
});

import { triage } from '../../../../functions/app/triage/triage.ts';
import type { ChangeEvent, ChangePhase } from '../../../../functions/core/change/change-event.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

export const MINUTE_MS = 60_000;

export const RESTART = {
  id: 'restart',
  trigger: { metrics: ['memory', 'requests', 'throttles'] },
  actions: [{ type: 'start_component', params: { mode: 'restart' } }],
};

export const ROLL_BACK = {
  id: 'roll-back',
  trigger: { causes: ['BAD_DEPLOYMENT'] },
  actions: [{ type: 'invoke_function', params: { function: 'ci-rollback', rollsChangeBack: true } }],
};

export function worldOf(strategies: readonly object[] = [ROLL_BACK, RESTART], more: object = {}): World {
  const world = createWorld(
    configured({
      components: {
        web: withMemoryAlarm({ changes: {}, dependsOn: ['database'], ...more }),
        database: withMemoryAlarm({ changes: {} }),
        plain: withMemoryAlarm(),
      },
      strategies,
    } as never),
  );
  return {
    ...world,
    clock: { ...world.clock, nowMs: () => NOON, sleep: () => new Promise(() => undefined) },
  };
}

export async function changed(
  world: World,
  phase: ChangePhase,
  minutesAgo: number,
  more: Partial<ChangeEvent> = {},
): Promise<void> {
  await world.changes.recordChange({
    ...{ component: 'web', source: 'pipeline', kind: 'deployment', changeId: 'run-1' },
    ...{ phase, atMs: NOON - minutesAgo * MINUTE_MS, summary: 'v42', ...more },
  });
}

export const alarmed = (world: World, more: object = {}) =>
  triage(
    world,
    signalEvent({ component: 'web', metric: 'memory', ...more }, `alert-${JSON.stringify(more)}`),
  );

/** The component's own alarm, red since this many minutes ago. */
export function redSince(world: World, minutes: number): object {
  world.alarms.named.set(memoryAlarm('web'), 'ALARM');
  world.alarms.since.set(memoryAlarm('web'), NOON - minutes * MINUTE_MS);
  return { alarmName: memoryAlarm('web'), origin: 'reconciler' };
}

export const operationOf = async (world: World, decision: Awaited<ReturnType<typeof alarmed>>) => {
  if (decision.decision !== 'heal') throw new Error(JSON.stringify(decision));
  return await world.store.getOperation(decision.operationId);
};

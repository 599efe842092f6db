import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import type { CompiledConfiguration } from '../../../../functions/core/configuration/compiled.ts';
import { configured, memoryAlarm } from '../../../factories/configuration.ts';
import { createWorld } from '../../../factories/ports/world.ts';

/** A strategy that may act again at once, twice. */
export const QUICK = { cooldownSeconds: 0, maxAttempts: 2 };

/** A world whose memory alarm is red, and what a round hands back. */
export function red(configuration: CompiledConfiguration = configured({ strategies: [QUICK] })) {
  const world = createWorld(configuration);
  world.alarms.named.set(memoryAlarm(), 'ALARM');
  const round = async () => {
    world.clock.now += 60_000;
    const before = world.events.signals.length;
    await reconcileAlarms(world);
    return world.events.signals.slice(before);
  };
  return { world, round };
}

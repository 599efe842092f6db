import { describe, expect, it } from 'vitest';
import { statusLines } from '../../../cli/presenters/status.ts';
import { fleetStatus } from '../../../functions/app/queries/fleet-status.ts';
import { EVERYTHING } from '../../../functions/core/admission/override.ts';
import type { StricterMode } from '../../../functions/core/configuration/modes.ts';
import { configured, withMemoryAlarm } from '../../factories/configuration.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { createWorld } from '../../factories/ports/world.ts';
import { healedOnce, output } from './presented-world.ts';

describe('the status', () => {
  it('says when a component may be healed again, and which is excluded', async () => {
    const { world } = await healedOnce();
    const text = statusLines(output, await fleetStatus(world)).join('\n');
    expect(text).toContain('Healing: on\nIn flight: 0 of 3');
    expect(text).toMatch(/^web +– +no fault known +cooldown +.*in 4m 00s \(2026-11-22 13:35:00Z\)$/m);
    expect(text).toMatch(/^off +– +no fault known +excluded +component off is excluded$/m);
  });

  it('says until when it is paused and why', async () => {
    const { world } = await healedOnce();
    const pause = { reason: 'maintenance', sinceMs: NOON, untilMs: NOON + 3_660_000 };
    await world.store.setPause(pause, world.clock.now);
    const [first] = statusLines(output, await fleetStatus(world));
    expect(first).toBe(
      'Healing: paused since 2026-11-22 13:30:00Z, ends in 1h 00m (2026-11-22 14:31:00Z): maintenance',
    );
  });
});

describe('the status of windows, groups and exclusions', () => {
  it('shows what people have set, until when and why', async () => {
    const world = createWorld(
      configured({
        windows: {
          nights: { open: [{ from: '20:00', to: '22:00' }], exempt: ['CRITICAL'] },
          releases: { calendars: ['changes'] },
          always: {},
        },
        groups: { front: {}, back: { window: 'nights' } },
        components: {
          web: withMemoryAlarm({ group: 'front' }),
          off: withMemoryAlarm({ group: 'back' }),
          late: withMemoryAlarm({ window: 'releases' }),
        },
      }),
    );
    const setting = { reason: 'migration', sinceMs: NOON, untilMs: NOON + 3_600_000 };
    const given = { givenAtMs: NOON, setting };
    await world.store.setOverride({ kind: 'group', name: 'front' }, given);
    await world.store.setOverride({ kind: 'component', name: 'off' }, given);
    await world.store.setOverride({ kind: 'window', name: 'nights' }, given);
    const inMode = (mode: StricterMode) => ({ givenAtMs: NOON, setting: { ...setting, mode } });
    await world.store.setOverride({ kind: 'mode', name: EVERYTHING }, inMode('propose'));
    await world.store.setOverride({ kind: 'group-mode', name: 'back' }, inMode('propose'));
    await world.store.setOverride({ kind: 'component-mode', name: 'web' }, inMode('observe'));
    const text = statusLines(output, await fleetStatus(world)).join('\n');
    const set = 'set 2026-11-22 13:30:00Z, ends in 1h 00m (2026-11-22 14:30:00Z): migration';
    expect(text).toContain(`Healing: on\nMode: propose for all components, ${set}\n`);
    expect(text.split('\n').find((line) => line.startsWith('back '))).toContain(
      `propose for group back, ${set}`,
    );
    expect(text.split('\n').find((line) => line.startsWith('web '))).toContain(`observe for web, ${set}`);
    expect(text).toMatch(/^front .* paused since 2026-11-22 13:30:00Z, ends in 1h 00m \(.*\): migration$/m);
    expect(text).toMatch(/^off .* excluded +since 2026-11-22 13:30:00Z: migration; in 1h 00m/m);
    expect(text).toMatch(
      /^nights +held open +held open, ends in 1h 00m .*: migration; window nights is closed; its hours change in 6h 30m .*; not for CRITICAL$/m,
    );
    expect(text).toMatch(/^releases +closed +window releases: calendar changes could not be read/m);
    expect(text).toMatch(/^always +open *$/m);
    expect(text).toMatch(/^late .* outside window +window releases: calendar changes/m);
  });
});

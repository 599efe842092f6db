import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended, Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

const SILENCE_MS = 31_000;
const RESTART = [{ type: 'graceful_stop' }, { type: 'clear_temp_files' }, { type: 'start_component' }];
const ROLLING = { hosts: 2, strategies: [{ actions: RESTART }] };
const UNDONE = {
  actions: [
    { type: 'graceful_stop', onError: 'rollback' },
    { type: 'start_component', onError: 'rollback' },
  ],
};

describe.each(PLACES)('a rolling repair, $name', ({ open, together }) => {
  let place: Place;
  beforeAll(async () => {
    place = await open({
      components: {
        pair: ROLLING,
        failing: { hosts: 2, strategies: [UNDONE] },
        second: { hosts: 3, strategies: [UNDONE] },
        unsound: { hosts: 2, strategies: [UNDONE] },
        halved: ROLLING,
        named: ROLLING,
        grouped: { ...ROLLING, autoScalingGroup: 'web-asg' },
        stranger: {},
        looked: { hosts: 3, strategies: [{ actions: RESTART }] },
        guarded: { hosts: 2, more: { minHealthyTargets: 1 }, strategies: [{ actions: RESTART }] },
        outage: ROLLING,
        shrinking: { hosts: 3, strategies: [{ actions: RESTART }] },
        replaced: ROLLING,
        notified: {
          hosts: 2,
          strategies: [{ actions: [{ type: 'notify_soc' }, { type: 'start_component' }] }],
        },
      },
    });
  });
  afterAll(() => place?.stop());

  const idsOf = (component: string) => place.landscape.instancesOf(component);
  /** What hosts were asked to do, without the looks that are no steps: `A graceful_stop`. */
  const didOn = (component: string): readonly string[] => {
    const names = new Map(idsOf(component).map((id, index) => [id, 'ABCDEFGH'[index]]));
    return place
      .effectsOf(component)
      .filter(({ stepId }) => !stepId.startsWith('look-'))
      .map(({ instanceId, action }) => `${names.get(instanceId)} ${action}`);
  };
  const outcomes = ({ steps }: Ended) =>
    steps.map(({ stepId, action, outcome }) => [stepId, action, outcome]);

  together('does all actions on one target, checks it, and goes on with the next', async () => {
    await place.signal('pair');
    const ended = await place.ended('pair');
    expect(ended.operation).toMatchObject({
      state: 'COMPLETED',
      layout: { batches: idsOf('pair').map((id) => [id]), skipped: {} },
    });
    expect(didOn('pair')).toEqual([
      ...['A graceful_stop', 'A clear_temp_files', 'A start_component', 'A verify_health'],
      ...['B graceful_stop', 'B clear_temp_files', 'B start_component', 'B verify_health'],
    ]);
    expect(outcomes(ended)).toEqual([
      ['heal-0', 'graceful_stop', 'SUCCEEDED'],
      ['heal-1', 'clear_temp_files', 'SUCCEEDED'],
      ['heal-2', 'start_component', 'SUCCEEDED'],
      ['heal-3', 'verify_health', 'SUCCEEDED'],
      ['heal-4', 'graceful_stop', 'SUCCEEDED'],
      ['heal-5', 'clear_temp_files', 'SUCCEEDED'],
      ['heal-6', 'start_component', 'SUCCEEDED'],
      ['heal-7', 'verify_health', 'SUCCEEDED'],
    ]);
  });

  together('leaves the second target untouched if the first fails, and undoes the first alone', async () => {
    place.hosts.script('failing', { 'heal-1': 'fail' });
    await place.signal('failing');
    const ended = await place.ended('failing');
    expect(ended.operation).toMatchObject({ state: 'FAILED', failure: { error: 'ActionFailed' } });
    expect(didOn('failing')).toEqual(['A graceful_stop', 'A start_component', 'A start_component']);
    expect(ended.steps.filter(({ stepId }) => stepId.startsWith('rollback'))).toMatchObject([
      { action: 'start_component', targets: [idsOf('failing')[0]], outcome: 'SUCCEEDED' },
    ]);
  });

  together('keeps what passed its check when a later target fails', async () => {
    const [first, second, third] = idsOf('second');
    place.hosts.script('second', { [`${second} graceful_stop`]: 'fail' });
    await place.signal('second');
    const ended = await place.ended('second');
    expect(ended.operation).toMatchObject({ state: 'FAILED' });
    expect(didOn('second')).toEqual([
      ...['A graceful_stop', 'A start_component', 'A verify_health'],
      ...['B graceful_stop', 'B start_component'],
    ]);
    await place
      .poll(() => place.notifications('architect', 'second'))
      .toMatchObject([{ targets: { repaired: [first], undone: [second], untouched: [third], skipped: {} } }]);
  });

  together('stops at a target that is not healthy after its repair', async () => {
    const [first] = idsOf('unsound');
    place.hosts.script('unsound', { 'heal-2': 'fail' });
    await place.signal('unsound');
    const { operation } = await place.ended('unsound');
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'BatchNotHealthy' } });
    expect(operation.failure?.cause).toContain(first);
    expect(didOn('unsound')).toEqual(['A graceful_stop', 'A start_component', 'A verify_health']);
  });

  together('repairs the other target if one is offline, and says so once', async () => {
    const [away, there] = idsOf('halved');
    place.hosts.disconnect([away ?? '']);
    place.hosts.sicken([there ?? '']);
    await place.signal('halved');
    const { operation } = await place.ended('halved');
    expect(operation).toMatchObject({
      state: 'COMPLETED',
      layout: { batches: [[there]], skipped: { [away ?? '']: 'offline' } },
    });
    expect(didOn('halved')).toEqual(['B graceful_stop', 'B clear_temp_files', 'B start_component']);
    await place
      .poll(() => place.notifications('architect', 'halved'))
      .toMatchObject([
        { operationId: operation.operationId, targets: { skipped: { [away ?? '']: 'offline' } } },
      ]);
  });

  together('touches only the targets that the alert names', async () => {
    const [, second] = idsOf('named');
    await place.signal('named', { targets: [second] });
    await place.completed('named');
    expect(didOn('named')).toEqual(['B graceful_stop', 'B clear_temp_files', 'B start_component']);
  });

  together('does not act on a host of another component that the alert names', async () => {
    const [foreign] = idsOf('stranger');
    await place.signal('grouped', { targets: [foreign] });
    const { operation } = await place.ended('grouped');
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'TargetsUnavailable' } });
    expect(operation.failure?.cause).toContain(foreign);
    expect(place.effectsOf('grouped')).toEqual([]);
  });

  together('looks first, and repairs only what it finds unhealthy', async () => {
    const [first, second, third] = idsOf('looked');
    place.hosts.sicken([second ?? '']);
    await place.signal('looked');
    const operation = await place.completed('looked');
    expect(operation.layout).toEqual({
      batches: [[second]],
      skipped: { [first ?? '']: 'healthy', [third ?? '']: 'healthy' },
    });
    expect(didOn('looked')).toEqual(['B graceful_stop', 'B clear_temp_files', 'B start_component']);
  });

  together('takes no target down while too few others are healthy', async () => {
    const [first, second] = idsOf('guarded');
    place.hosts.disconnect([first ?? '']);
    await place.signal('guarded', { targets: [second] });
    const ended = await place.ended('guarded');
    expect(ended.operation).toMatchObject({ state: 'FAILED', failure: { error: 'TooFewHealthyTargets' } });
    expect(ended.operation.failure?.cause).toContain('minHealthyTargets');
    expect(didOn('guarded')).toEqual([]);
    await place
      .poll(() => place.notifications('architect', 'guarded'))
      .toMatchObject([{ targets: { repaired: [], undone: [], untouched: [second] } }]);
  });

  together('repairs a component of which no target is healthy', async () => {
    place.hosts.sicken(idsOf('outage'));
    await place.signal('outage');
    await place.completed('outage');
    expect(didOn('outage').filter((did) => did.endsWith('start_component'))).toEqual([
      'A start_component',
      'B start_component',
    ]);
  });

  together('goes on without a target that leaves in the middle of its repair', async () => {
    const [first = ''] = idsOf('shrinking');
    place.hosts.script('shrinking', { [`${first} clear_temp_files`]: 'silent' });
    await place.signal('shrinking');
    await place.acting('shrinking', 'heal-1');
    place.hosts.terminate([first]);
    await place.sleep(SILENCE_MS);
    await place.reconcile();
    const ended = await place.ended('shrinking');
    expect(ended.operation.state).toBe('COMPLETED');
    expect(ended.steps.slice(1, 4)).toMatchObject([
      { stepId: 'heal-1', outcome: 'SKIPPED', skipped: { [first]: 'gone' } },
      { stepId: 'heal-2', outcome: 'SKIPPED' },
      { stepId: 'heal-3', outcome: 'SKIPPED' },
    ]);
    expect(didOn('shrinking').filter((did) => did.startsWith('B'))).toHaveLength(4);
    expect(didOn('shrinking').filter((did) => did.startsWith('C'))).toHaveLength(4);
    await place
      .poll(() => place.notifications('architect', 'shrinking'))
      .toMatchObject([{ targets: { skipped: { [first]: 'gone' } } }]);
  });

  together('fails if every target that it was to repair has left', async () => {
    const [first = '', second = ''] = idsOf('replaced');
    place.hosts.script('replaced', { [`${second} clear_temp_files`]: 'silent' });
    await place.signal('replaced', { targets: [second] });
    await place.acting('replaced', 'heal-1');
    place.hosts.terminate([second]);
    await place.sleep(SILENCE_MS);
    await place.reconcile();
    const { operation } = await place.ended('replaced');
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'TargetsUnavailable' } });
    expect(place.effectsOf('replaced').filter(({ instanceId }) => instanceId === first)).toMatchObject([
      { action: 'verify_health' },
    ]);
  });

  together('notifies people once, and not for each batch', async () => {
    await place.signal('notified');
    await place.completed('notified');
    await place.poll(() => place.notifications('soc', 'notified')).toHaveLength(1);
  });

  it('acts on no more targets at once than the component allows, and on none twice (invariant 2)', () => {
    const keys = place.hosts.effects.map((run) => `${run.instanceId} ${run.operationId} ${run.stepId}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(place.hosts.overlaps).toEqual([]);
  });
});

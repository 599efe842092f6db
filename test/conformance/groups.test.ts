import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METRIC } from '../factories/deployed-engine/landscape.ts';
import type { Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

/** An alarm over each instance of the group. */
const ALARMS = {
  errors: { metric: METRIC, namespace: 'Test', metricName: 'errors', perInstance: true, threshold: 5 },
};

describe.each(PLACES)('an Auto Scaling group, $name', ({ open }) => {
  let place: Place;
  beforeAll(async () => {
    const group = (autoScalingGroup: string) => ({
      hosts: 3,
      autoScalingGroup,
      more: { alarms: ALARMS },
      strategies: [{ cooldownSeconds: 0 }],
    });
    place = await open({ components: { web: group('web-asg'), worker: group('worker-asg') } });
  });
  afterAll(() => place?.stop());

  const cloudWatch = (component: string, detailType: string, detail: Readonly<Record<string, unknown>>) => {
    const metrics = [
      { id: 'q1', expression: 'SELECT AVG("errors") FROM "Test" GROUP BY InstanceId ORDER BY MAX() DESC' },
    ];
    return place.putEvent({
      source: 'aws.cloudwatch',
      detailType,
      detail: { alarmName: `selfheal-${component}-errors`, configuration: { metrics }, ...detail },
    });
  };
  const stateOf = (value: string) => ({
    value,
    reason: 'made so',
    timestamp: new Date(place.nowMs()).toISOString(),
  });
  const ring = async (component: string, instance: number, value = 'ALARM') => {
    const InstanceId = place.landscape.instancesOf(component)[instance] ?? '';
    await cloudWatch(component, 'CloudWatch Alarm Contributor State Change', {
      alarmContributor: { id: `contributor-${instance}`, attributes: { InstanceId } },
      state: stateOf(value),
    });
    return InstanceId;
  };

  it('repairs only the instance that a contributor names, and not the group for the alarm’s own event', async () => {
    const instance = await ring('web', 1);
    await cloudWatch('web', 'CloudWatch Alarm State Change', {
      state: stateOf('ALARM'),
      previousState: stateOf('OK'),
    });
    const operation = await place.completed('web');
    expect(operation.alert.targets).toEqual([instance]);
    await ring('web', 1, 'OK');
    await place.sleep(2_000);
    expect(place.effectsOf('web').map(({ instanceId }) => instanceId)).toEqual([instance]);
    expect(
      (await place.store.listOperations(10)).filter(({ component }) => component === 'web'),
    ).toHaveLength(1);
  });

  it('repairs a second instance of the group after the first', async () => {
    place.hosts.script('worker', { start_component: 'wait' });
    const first = await ring('worker', 0);
    await place.acting('worker', 'heal-0');
    const second = await ring('worker', 2);
    await place.poll(() => place.reasons('worker')).toEqual(['IN_PROGRESS']);
    place.hosts.script('worker', {});
    place.hosts.finish('worker', 'start_component');
    await place.completed('worker');
    await place.sleep(1_100);
    await ring('worker', 2);
    await place.completed('worker', 2);
    expect(place.effectsOf('worker').map(({ instanceId }) => instanceId)).toEqual([first, second]);
  });
});

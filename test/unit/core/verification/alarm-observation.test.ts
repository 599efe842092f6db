import { describe, expect, it } from 'vitest';
import {
  alarmObservation,
  alarmsToAsk,
  mayBeRedForOthers,
} from '../../../../functions/core/verification/alarm-observation.ts';
import { configured, memoryAlarm, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { alertOf } from '../../../factories/operations/admissions.ts';

const { alarmName: _none, ...signal } = alertOf('web');
const about = (overrides: object = {}) => ({ component: 'web', alert: { ...signal, ...overrides } });

describe('the alarms that a verification asks', () => {
  const configuration = configured({
    components: {
      web: withMemoryAlarm({
        alarms: {
          memory: { metric: 'memory', threshold: 90, dimensions: { InstanceId: NODE } },
          cpu: { metric: 'cpu', threshold: 90, dimensions: { InstanceId: NODE } },
        },
      }),
      api: withMemoryAlarm(),
    },
  });

  it('include only the one that fired', () => {
    expect(alarmsToAsk(configuration, about({ alarmName: 'other' }))).toEqual(['other']);
  });

  it('include only those on the signal’s metric', () => {
    expect(alarmsToAsk(configuration, about())).toEqual([memoryAlarm()]);
  });

  it('include all of the component’s if none is on the signal’s metric', () => {
    expect(alarmsToAsk(configuration, about({ metric: 'error_rate' }))).toEqual(
      expect.arrayContaining([memoryAlarm(), 'selfheal-web-cpu']),
    );
    expect(alarmsToAsk(configuration, about({ metric: 'error_rate' }))).toHaveLength(2);
  });
});

describe('an alarm of a component', () => {
  const adopted = configured({
    components: { web: { alarms: { memory: { adopt: 'mine', metric: 'memory' } } } },
  });

  it('may be red for other instances if it is adopted and the operation repaired only some', () => {
    expect(mayBeRedForOthers('mine', about({ targets: [NODE] }), adopted)).toBe(true);
    expect(mayBeRedForOthers('mine', about(), adopted)).toBe(false);
    expect(mayBeRedForOthers(memoryAlarm(), about({ targets: [NODE] }), configured())).toBe(false);
  });

  it('may be red for other instances if it is a group’s, and not if it is another created one', () => {
    const fleet = configured({
      components: {
        web: {
          targets: { autoScalingGroup: 'web' },
          alarms: {
            memory: { metric: 'memory', threshold: 90 },
            errors: {
              metric: 'errors',
              threshold: 1,
              namespace: 'Shop',
              metricName: 'Errors',
              dimensions: {},
            },
          },
        },
      },
    });
    const some = about({ targets: [NODE] });
    expect(mayBeRedForOthers('selfheal-web-memory', some, fleet)).toBe(true);
    expect(mayBeRedForOthers('selfheal-web-errors', some, fleet)).toBe(false);
  });

  it('cannot be red for other instances of a component that is no longer configured', () => {
    const gone = { component: 'gone', alert: { ...signal, targets: [NODE] } };
    expect(mayBeRedForOthers('mine', gone, adopted)).toBe(false);
  });
});

describe('the answer of several alarms', () => {
  it('is good only if every alarm is OK', () => {
    expect(alarmObservation([{ state: 'OK' }, { state: 'OK' }], [])).toBe('good');
    expect(alarmObservation([{ state: 'OK' }, { state: 'ALARM' }], [])).toBe('bad');
    expect(alarmObservation([{ state: 'OK' }, { state: 'INSUFFICIENT_DATA' }], [])).toBe('no-answer');
  });

  it('is missing if one does not exist, whatever the others say', () => {
    expect(alarmObservation([{ state: 'ALARM' }, { state: undefined }], [])).toBe('no-answer');
  });

  it('is bad rather than unknown if one is red and another has no data', () => {
    expect(alarmObservation([{ state: 'INSUFFICIENT_DATA' }, { state: 'ALARM' }], [])).toBe('bad');
  });

  it('stays good for an alarm that is red for other instances only', () => {
    expect(alarmObservation([{ state: 'ALARM', redInstances: ['i-b'] }], ['i-a'])).toBe('good');
    expect(alarmObservation([{ state: 'ALARM', redInstances: ['i-a', 'i-b'] }], ['i-a'])).toBe('bad');
    expect(alarmObservation([{ state: 'ALARM', redInstances: ['i-b'] }], ['i-a', 'i-b'])).toBe('bad');
    expect(alarmObservation([{ state: 'ALARM', redInstances: undefined }], ['i-a'])).toBe('bad');
  });
});

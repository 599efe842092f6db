import { describe, expect, it } from 'vitest';
import type { CompiledConfiguration } from '../../../../functions/core/configuration/compiled.ts';
import {
  alarmsByComponent,
  isConclusive,
  isObserved,
  peersOf,
} from '../../../../functions/core/verification/observed-components.ts';
import { watchdogConfiguration } from '../../../factories/watchdog-configuration.ts';

const alarm = (component: string, severity: 'INFO' | 'WARNING' | 'CRITICAL' = 'CRITICAL') => ({
  ...{ component, metric: 'errors', severity },
});

/** Peers are named after the components that they observe. */
function configurationOf(
  alarms: CompiledConfiguration['alarms'],
  peers: readonly string[] = [],
): CompiledConfiguration {
  const configuration = watchdogConfiguration({
    components: { web: {}, api: {} },
    peers: Object.fromEntries(peers.map((component) => [`${component}-port`, { tcp: 'host:80', component }])),
  });
  return { ...configuration, alarms };
}

describe('the alarms that observe a component', () => {
  it('are those of its own, by their names, without those that are only shown', () => {
    const alarms = {
      ...{ 'web-errors': alarm('web'), 'web-load': alarm('web', 'WARNING') },
      ...{ 'web-note': alarm('web', 'INFO'), 'api-note': alarm('api', 'INFO') },
    };
    expect([...alarmsByComponent({ alarms })]).toEqual([
      [
        'web',
        [
          { name: 'web-errors', ...alarm('web') },
          { name: 'web-load', ...alarm('web', 'WARNING') },
        ],
      ],
    ]);
  });
});

describe('a component', () => {
  it('is observed by an alarm or by a peer, and not by what observes another', () => {
    expect(isObserved(configurationOf({ 'web-errors': alarm('web') }), 'web')).toBe(true);
    expect(isObserved(configurationOf({}, ['web']), 'web')).toBe(true);
    expect(isObserved(configurationOf({ 'api-errors': alarm('api') }, ['api']), 'web')).toBe(false);
    expect(isObserved(configurationOf({ 'web-note': alarm('web', 'INFO') }), 'web')).toBe(false);
  });

  it('is observed by no peer while the watchdog is off', () => {
    const watched = configurationOf({}, ['web', 'api']);
    expect(peersOf(watched, 'web')).toEqual(['web-port']);
    const off = { ...watched, watchdog: { ...watched.watchdog, enabled: false } };
    expect(peersOf(off, 'web')).toEqual([]);
    expect(isObserved(off, 'web')).toBe(false);
  });
});

describe('a recovery', () => {
  const byAlarm = { component: 'web', alarmName: 'web-errors' };
  const byPeer = { component: 'web' };
  const byMonitor = { component: 'web', reporter: 'queue' };

  it('of the only alarm proves that its component is healthy', () => {
    const alarms = {
      'web-errors': alarm('web'),
      'api-errors': alarm('api'),
      'web-note': alarm('web', 'INFO'),
    };
    expect(isConclusive(byAlarm, configurationOf(alarms))).toBe(true);
    expect(isConclusive(byAlarm, configurationOf({}))).toBe(true);
  });

  it('of an alarm proves nothing while another alarm may still be red', () => {
    const alarms = { 'web-errors': alarm('web'), 'web-load': alarm('web', 'WARNING') };
    expect(isConclusive(byAlarm, configurationOf(alarms))).toBe(false);
  });

  it('of the only alarm proves nothing while a peer may not answer', () => {
    expect(isConclusive(byAlarm, configurationOf({ 'web-errors': alarm('web') }, ['web']))).toBe(false);
    expect(isConclusive(byAlarm, configurationOf({ 'web-errors': alarm('web') }, ['api']))).toBe(true);
  });

  it('proves nothing while more peers than the one that reports may not answer', () => {
    const two = watchdogConfiguration({
      components: { web: {} },
      peers: {
        'web-port': { tcp: 'host:80', component: 'web' },
        'web-page': { tcp: 'host:443', component: 'web' },
      },
    });
    expect(isConclusive(byPeer, configurationOf({}, ['web', 'api']))).toBe(true);
    expect(isConclusive(byPeer, two)).toBe(false);
    expect(isConclusive(byMonitor, configurationOf({}, ['api']))).toBe(true);
    expect(isConclusive(byMonitor, configurationOf({}, ['web']))).toBe(false);
    expect(isConclusive(byPeer, configurationOf({ 'web-errors': alarm('web') }, ['web']))).toBe(false);
    expect(isConclusive(byAlarm, { ...two, alarms: { 'web-errors': alarm('web') } })).toBe(false);
  });
});

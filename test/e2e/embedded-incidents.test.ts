import { beforeAll, describe, expect, it } from 'vitest';
import type { IncidentResult } from '../../local/demo/incidents/incident.ts';
import { incidentsOn } from '../../local/demo/options.ts';
import { playIncidents } from '../../local/demo/play.ts';
import { embeddedTarget } from '../../local/demo/targets/embedded/target.ts';
import { requirement } from '../factories/requirements.ts';
import { timelineRecorder } from './timeline-recorder.ts';

const MINUTE_MS = 60_000;

describe.skipIf(process.platform !== 'linux' || !requirement('postgresql'))(
  'incidents on processes of any user, healed by the embedded cloud in real time',
  () => {
    const { reporter, timeline } = timelineRecorder();
    let results: readonly IncidentResult[];

    beforeAll(async () => {
      results = await playIncidents(embeddedTarget, [...incidentsOn('embedded').values()], reporter, {
        signal: AbortSignal.timeout(3 * MINUTE_MS),
        serve: false,
      });
    }, 4 * MINUTE_MS);

    const steps = (component: string) =>
      timeline
        .filter((entry) => entry.component === component && entry.kind === 'step')
        .map(({ action, state }) => `${action} ${state}`);

    it('every incident ends as it should', () => {
      expect(results.map(({ incident, got }) => [incident, got])).toEqual([
        ['memory leak', 'COMPLETED'],
        ['bad configuration', 'COMPLETED'],
        ['dead service', '2 restarts FAILED, not isolated, ATTEMPTS_SPENT'],
        ['killed service', 'OFFLINE, COMPLETED, HEALTHY'],
        ['bad release', 'COMPLETED'],
        ['damaged database', 'gateway CAUSE_ELSEWHERE, catalog COMPLETED'],
        ['descriptor leak', 'COMPLETED'],
      ]);
    });

    it('leave the hosts as they say', () => {
      const bad = results.flatMap(({ checks }) => checks).filter(({ ok }) => !ok);
      expect(bad).toEqual([]);
    });

    it('run the runbooks of each strategy in order, by init scripts', () => {
      expect(steps('orders')).toEqual([
        'graceful_stop SUCCEEDED',
        'clear_temp_files SUCCEEDED',
        'start_component SUCCEEDED',
      ]);
      expect(steps('web').slice(0, 3)).toEqual([
        'freeze_config SUCCEEDED',
        'rollback_config SUCCEEDED',
        'verify_config SUCCEEDED',
      ]);
    });

    it('have the watchdog restart a killed service that no alarm is set on, after three misses', () => {
      const docs = timeline.filter(({ component }) => component === 'docs');
      const heartbeats = docs.filter(({ kind }) => kind === 'heartbeat').map(({ state }) => state);
      expect(heartbeats).toEqual(['DEGRADED', 'DEGRADED', 'OFFLINE', 'HEALTHY']);
      expect(docs.filter(({ kind }) => kind === 'alarm' || kind === 'refusal')).toEqual([]);
      expect(steps('docs')).toEqual(['start_component SUCCEEDED']);
    });

    it('repair the database behind an alarm, and do nothing to its caller, whose alarm rings too', () => {
      const of = (component: string) => timeline.filter((entry) => entry.component === component);
      expect(of('gateway').map(({ kind, state }) => `${kind} ${state}`)).toEqual([
        'alarm ALARM',
        'refusal CAUSE_ELSEWHERE',
        'alarm OK',
      ]);
      expect(steps('catalog')).toEqual([
        'verify_integrity FAILED',
        'restore_snapshot SUCCEEDED',
        'verify_integrity SUCCEEDED',
      ]);
      expect(of('catalog').find(({ action }) => action === 'verify_integrity')?.why).toContain(
        'DATA_DAMAGED',
      );
    });

    it('notice a leak that no alarm is set on, notify people of its beginning, and restart once it is CRITICAL', () => {
      const sessions = timeline.filter(({ component }) => component === 'sessions');
      const anomalies = sessions.filter(({ kind }) => kind === 'anomaly').map(({ state }) => state);
      expect(anomalies.at(-1)).toBe('CRITICAL');
      expect(anomalies.slice(0, -1).filter((state) => state !== 'INFO')).toEqual([]);
      expect(sessions.filter(({ kind }) => kind === 'alarm' || kind === 'refusal')).toEqual([]);
      expect(steps('sessions')).toEqual(['start_component SUCCEEDED']);
    });

    it('say that isolation was refused, and never that it was done', () => {
      const isolation = timeline.filter(({ action }) => action === 'isolate_network');
      expect(isolation.map(({ state }) => state)).toEqual(['FAILED']);
      expect(isolation[0]?.why).toContain('UNSUPPORTED_MANAGER');
    });
  },
);

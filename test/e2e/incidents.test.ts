// @thorough
// @slow
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IncidentResult } from '../../local/demo/incidents/incident.ts';
import { incidentsOn } from '../../local/demo/options.ts';
import { playIncidents } from '../../local/demo/play.ts';
import type { Served } from '../../local/demo/target.ts';
import { ministackTarget } from '../../local/demo/targets/ministack/target.ts';
import type { TimelineEntry } from '../../local/demo/timeline-entry.ts';
import { byTimeAndCause } from '../../local/demo/timeline-order.ts';
import { requirement } from '../factories/requirements.ts';
import { selfhealIn } from './selfheal-command.ts';
import { timelineRecorder } from './timeline-recorder.ts';

const MINUTE_MS = 60_000;

describe.skipIf(!(requirement('hosts') && requirement('python')))(
  'incidents on real services, from the alarm to the verified repair',
  () => {
    const { reporter, timeline } = timelineRecorder();
    const over = new AbortController();
    let playing: Promise<readonly IncidentResult[]>;
    let results: readonly IncidentResult[];
    let served: Served | undefined;

    beforeAll(async () => {
      const summary = Promise.withResolvers<readonly IncidentResult[]>();
      playing = playIncidents(
        ministackTarget,
        [...incidentsOn('ministack').values()],
        {
          ...reporter,
          serving: (at) => {
            served = at;
          },
          summary: summary.resolve,
        },
        { signal: AbortSignal.any([over.signal, AbortSignal.timeout(9 * MINUTE_MS)]), serve: true },
      );
      results = await Promise.race([summary.promise, playing]);
    }, 10 * MINUTE_MS);
    afterAll(async () => {
      over.abort();
      await playing;
    }, MINUTE_MS);

    /** What the command prints, as a person runs it while the emulator is served. */
    async function selfheal(...args: readonly string[]): Promise<string> {
      const answer = await selfhealIn(tmpdir(), undefined)(args, served?.environment);
      expect(answer).toMatchObject({ code: 0, err: '' });
      return answer.out;
    }

    // By time, because a busy queue may deliver an earlier entry after a later one.
    const of = (component: string, kind: TimelineEntry['kind']) =>
      timeline
        .filter((entry) => entry.component === component && entry.kind === kind)
        .toSorted(byTimeAndCause);
    const states = (component: string) => of(component, 'state').map(({ state }) => state);
    const steps = (component: string) =>
      of(component, 'step').map(({ action, state }) => `${action} ${state}`);
    const checksOf = (incident: string) =>
      Object.fromEntries(
        results.find((result) => result.incident === incident)?.checks.map(({ what, ok }) => [what, ok]) ??
          [],
      );
    const allGood = (checks: Readonly<Record<string, boolean>>) =>
      Object.fromEntries(Object.keys(checks).map((what) => [what, true]));

    it('every incident ends as it should', () => {
      expect(results.map(({ incident, got }) => [incident, got])).toEqual(
        results.map(({ incident, expected }) => [incident, expected]),
      );
      expect(results).toHaveLength(4);
    });

    it.each(['memory leak', 'bad configuration', 'dead service', 'killed service'])(
      'the host of the %s is left as reported',
      (incident) => {
        const checks = checksOf(incident);
        expect(Object.keys(checks).length).toBeGreaterThan(0);
        expect(checks).toEqual(allGood(checks));
      },
    );

    it('heals a memory leak with a clean restart', () => {
      expect(states('orders')).toEqual(['DIAGNOSING', 'HEALING', 'VERIFYING', 'COMPLETED']);
      expect(steps('orders')).toEqual([
        'graceful_stop SUCCEEDED',
        'clear_temp_files SUCCEEDED',
        'start_component SUCCEEDED',
      ]);
    });

    it('heals a bad configuration with the last verified one, and keeps that as verified', () => {
      expect(states('web')).toEqual(['DIAGNOSING', 'HEALING', 'VERIFYING', 'COMPLETED']);
      expect(steps('web')).toEqual([
        'freeze_config SUCCEEDED',
        'rollback_config SUCCEEDED',
        'verify_config SUCCEEDED',
        'freeze_config SUCCEEDED',
      ]);
    });

    it('heals a killed service without an alarm after three missed heartbeats', () => {
      expect(of('docs', 'alarm')).toEqual([]);
      expect(of('docs', 'heartbeat').map(({ state }) => state)).toEqual([
        'DEGRADED',
        'DEGRADED',
        'OFFLINE',
        'HEALTHY',
      ]);
      expect(states('docs')).toEqual(['DIAGNOSING', 'HEALING', 'VERIFYING', 'COMPLETED']);
      expect(steps('docs')).toEqual(['start_component SUCCEEDED']);
    });

    it('restarts a dead service as often as allowed, then isolates it, then refuses', () => {
      const ends = of('payments', 'state').filter(({ state }) => ['FAILED', 'COMPLETED'].includes(state));
      // The isolation is what that strategy is for: once it is seen to hold, its operation is complete.
      expect(ends.map(({ strategyId, attempt, state }) => `${strategyId} ${attempt} ${state}`)).toEqual([
        'restart 1 FAILED',
        'restart 2 FAILED',
        'isolate 1 COMPLETED',
      ]);
      const spent = of('payments', 'refusal').find(({ state }) => state === 'ATTEMPTS_SPENT');
      expect(spent?.eligibleAtMs).toBeGreaterThan(Date.now());
    });

    it('can be looked at with the command, which finds what was repaired and how', async () => {
      const operations = await selfheal('operations', '--component', 'orders');
      expect(operations).toMatch(/orders .*COMPLETED +SUCCESS/);
      const id = /\d{8}T\d{6}Z-[0-9a-f]{12}/.exec(operations)?.[0] ?? '';
      expect(await selfheal('show', id)).toMatch(/clear_temp_files SUCCEEDED/);
      expect(await selfheal('history')).toMatch(/payments .* restart, isolate +3 /);
    });

    it('can be controlled with the command', async () => {
      await selfheal('pause', '--for', '1h', '--reason', 'demonstration');
      expect(await selfheal('status')).toMatch(/^Healing: paused/);
      await selfheal('resume');
      expect(await selfheal('status')).toMatch(/^Healing: on$/m);
    });

    it('notifies the architect of each failure, and once that the attempts are spent', () => {
      const notices = of('payments', 'notice').map(({ why }) => why);
      expect(notices).toHaveLength(4);
      expect(notices.filter((why) => why.includes('has spent its attempts'))).toHaveLength(1);
    });
  },
);

import { describeDenial } from '../../../core/denial.ts';
import type { Issue } from '../../../core/issue/issue.ts';
import type { AlarmReader } from '../../../ports/observers.ts';
import type { OperationStore } from '../../../ports/operation-store.ts';
import type { WatchdogStore } from '../../../ports/watchdog-store.ts';
import { checkWatchdog } from '../../doctor/component-checks.ts';
import type { Scene } from './scene.ts';

/** Stacks, and with them the alarms on Selfheal itself, begin so. */
const OWN_PREFIX = 'Selfheal';

/** Selfheal’s own alarms in ALARM. */
export async function ownAlarmIssues(
  { configuration }: Scene,
  { alarms }: { readonly alarms: Pick<AlarmReader, 'inAlarm'> },
): Promise<readonly Issue[]> {
  const red = await alarms.inAlarm(OWN_PREFIX);
  return [...red.keys()]
    .filter((name) => !Object.hasOwn(configuration.alarms, name))
    .map((name) => ({
      ...({ kind: 'own-alarm', priority: 1, severity: 'CRITICAL', subject: `alarm ${name}` } as const),
      problem: 'is in ALARM: Selfheal itself is in trouble',
      remedy:
        'docs/operating.md, “Selfheal’s own alarms”, says what to look at; `selfheal doctor` looks at everything.',
    }));
}

/** Permissions that functions lacked within the last day. */
export async function permissionIssues(
  _scene: Scene,
  { store }: { readonly store: Pick<OperationStore, 'listDenials'> },
): Promise<readonly Issue[]> {
  return (await store.listDenials()).map((denial) => ({
    ...({ kind: 'permission', priority: 1, severity: 'CRITICAL', subject: 'Selfheal' } as const),
    problem: `lacks a permission: ${describeDenial(denial)}`,
    sinceMs: denial.notedAtMs,
    remedy: 'Deploy again, or find the policy that denies it.',
  }));
}

/** Shards of the watchdog that have stopped. */
export async function watchdogIssues(
  { configuration, nowMs }: Scene,
  { watchdog }: { readonly watchdog: Pick<WatchdogStore, 'listShards'> },
): Promise<readonly Issue[]> {
  const { faults } = await checkWatchdog({ watchdog, configuration, clock: { nowMs: () => nowMs } });
  return faults.map((fault) => ({
    ...({ kind: 'watchdog', priority: 1, severity: 'CRITICAL' } as const),
    ...fault,
  }));
}

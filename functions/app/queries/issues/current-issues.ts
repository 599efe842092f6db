import { isInForce } from '../../../core/admission/in-force.ts';
import { type ModeInForce, modeIn } from '../../../core/admission/mode-now.ts';
import type { Pause } from '../../../core/admission/records.ts';
import { byPriority, type Issue } from '../../../core/issue/issue.ts';
import type { BaselineStore } from '../../../ports/baseline-store.ts';
import type { AlarmReader } from '../../../ports/observers.ts';
import type { OperationStore } from '../../../ports/operation-store.ts';
import type { WatchdogStore } from '../../../ports/watchdog-store.ts';
import { readOrSay, type Unreadable } from '../../unreadable.ts';
import { alarmIssues, anomalyIssues, peerIssues } from './observed-issues.ts';
import { ownAlarmIssues, permissionIssues, watchdogIssues } from './own-issues.ts';
import { containmentIssues, operationIssues, proposalIssues, refusalIssues } from './recorded-issues.ts';
import { readScene, type Scene, type SceneDeps } from './scene.ts';

export interface CurrentIssuesDeps extends SceneDeps {
  readonly store: SceneDeps['store'] & Pick<OperationStore, 'listProposals' | 'listDenials'>;
  readonly alarms: Pick<AlarmReader, 'inAlarm' | 'redSince'>;
  readonly baselines: Pick<BaselineStore, 'readShards'>;
  readonly watchdog: Pick<WatchdogStore, 'listPeers' | 'listShards'>;
}

/** What could not be read, so that its issues are not known. */
export interface Unread extends Unreadable {
  readonly what: string;
}

export interface CurrentIssues {
  readonly atMs: number;
  readonly autoHealEnabled: boolean;
  readonly pausedByConfiguration: boolean;
  readonly pause?: Pause;
  /** The mode that a person set at run time for all components. */
  readonly mode?: ModeInForce;
  /** The most urgent first. */
  readonly issues: readonly Issue[];
  readonly unread: readonly Unread[];
}

type Source = readonly [string, () => Promise<readonly Issue[]>];

/**
 * What is wrong now, the most urgent first. One source that cannot be read hides no other.
 *
 * @throws ServiceError if the records of components can't be read: nothing can be said then
 */
export async function currentIssues(deps: CurrentIssuesDeps): Promise<CurrentIssues> {
  const scene = await readScene(deps, Object.keys(deps.configuration.components).sort());
  return await issuesIn(scene, [
    ...componentSources(scene, deps),
    ['Selfheal’s own alarms', () => ownAlarmIssues(scene, deps)],
    ['missing permissions', () => permissionIssues(scene, deps)],
    ['the watchdog’s rounds', () => watchdogIssues(scene, deps)],
  ]);
}

/** What may be wrong with the components of a scene. */
export function componentSources(scene: Scene, deps: CurrentIssuesDeps): readonly Source[] {
  return [
    ['alarms', () => alarmIssues(scene, deps)],
    ['peers of the watchdog', () => peerIssues(scene, deps)],
    ['baselines of anomalies', () => anomalyIssues(scene, deps)],
    ['operations', async () => operationIssues(scene)],
    ['steps of operations', () => containmentIssues(scene, deps)],
    ['proposals', () => proposalIssues(scene, deps)],
  ];
}

/** Asks all sources, and adds what they leave unexplained. */
export async function issuesIn(scene: Scene, sources: readonly Source[]): Promise<CurrentIssues> {
  const { configuration, fleet, nowMs } = scene;
  const unread: Unread[] = [];
  const found = await Promise.all(
    sources.map(async ([what, read]) => {
      const found = await readOrSay(read);
      if ('answer' in found) return found.answer;
      unread.push({ what, ...found.unreadable });
      return [];
    }),
  );
  const issues = found.flat();
  const explained = new Set(issues.map(({ component }) => component));
  const { autoHealEnabled, paused } = configuration.settings;
  const [mode] = modeIn(fleet.modeOverride, nowMs, { of: 'everything' });
  return {
    ...{ atMs: nowMs, autoHealEnabled, pausedByConfiguration: paused },
    ...(fleet.pause && isInForce(fleet.pause, nowMs) && { pause: fleet.pause }),
    ...(mode && { mode }),
    issues: [...issues, ...refusalIssues(scene, explained)].sort(byPriority),
    unread,
  };
}

import type { Assumption } from '../../cli/what-if.ts';
import type { RefusalReason } from '../../functions/core/admission/refusal.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { AlarmHistory } from './alarm-history.ts';
import type { ChangeHistory } from './change-history.ts';
import { type ChangesAnswer, changesAnswer } from './changes-answer.ts';
import { type Concurrency, concurrencyOf } from './concurrency.ts';
import { cutPages } from './history-pages.ts';
import { type Incident, type IncidentOutcome, incidentsOf } from './incidents.ts';
import type { Isolation } from './isolation.ts';
import type { RecordedTransition } from './recorded-transition.ts';
import { type Replay, replay } from './replay.ts';
import { gapsIn } from './transition-order.ts';
import { plural, time } from './wording.ts';

/** Refusals of one kind. */
export interface RefusalCount {
  readonly component: string;
  readonly reason: RefusalReason;
  readonly strategyId?: string;
  /** The detail of the first. */
  readonly detail: string;
  readonly count: number;
}

/** What Selfheal would have done. Times are epoch milliseconds. */
export interface WhatIfAnswer {
  readonly assumption: Assumption;
  readonly fromMs: number;
  readonly toMs: number;
  readonly incidents: readonly Incident[];
  readonly totals: Readonly<Record<IncidentOutcome, number>>;
  readonly operations: Replay['operations'];
  /** Ids of the operations that restore a configuration: an assumption about what the hosts have. */
  readonly configurationRollbacks: readonly string[];
  /** Oldest first. */
  readonly isolations: readonly Isolation[];
  /** Most frequent first. */
  readonly refusals: readonly RefusalCount[];
  readonly atOnce: Concurrency;
  /** All alarms that have a history together, until the last recorded change. */
  readonly inAlarm: { readonly recordedMs: number; readonly replayedMs: number };
  readonly history: {
    readonly replayed: number;
    readonly ignoredItems: AlarmHistory['ignoredItems'];
    /** Alarms that are not in the configuration, with their changes of state. */
    readonly unknownAlarms: Readonly<Record<string, number>>;
    /** Alarms of the configuration that are not in the history. */
    readonly silentAlarms: readonly string[];
    /** What is visibly missing from it: the rest of truncated pages, and changes between others. */
    readonly missing: readonly string[];
  };
  /** Deployments and other changes. @default none were given */
  readonly changes?: ChangesAnswer;
  readonly defects: Replay['defects'];
}

/** None of the recorded alarms is in the configuration: there is nothing to answer. */
export class NothingToReplay extends Error {
  override readonly name = 'NothingToReplay';
  readonly code = 'NOTHING_TO_REPLAY';
}

/**
 * What would have been healed and refused, had Selfheal run with this configuration.
 *
 * @throws NothingToReplay
 */
export async function answerWhatIf(
  configuration: CompiledConfiguration,
  history: AlarmHistory,
  assumption: Assumption,
  changes?: ChangeHistory,
): Promise<WhatIfAnswer> {
  const isKnown = (name: string) => Object.hasOwn(configuration.alarms, name);
  const recorded = history.transitions.filter(({ alarmName }) => isKnown(alarmName));
  const unknown = Map.groupBy(
    history.transitions.filter(({ alarmName }) => !isKnown(alarmName)),
    ({ alarmName }) => alarmName,
  );
  if (recorded.length === 0)
    throw nothingToReplay(history, [...unknown.keys()], Object.keys(configuration.alarms));

  const replayed = await replay(configuration, recorded, assumption, changes?.events);
  const incidents = incidentsOf(replayed, configuration, recorded);
  const fromMs = recorded[0]?.atMs ?? 0;
  const toMs = recorded.at(-1)?.atMs ?? 0;
  const spoken = new Set(recorded.map(({ alarmName }) => alarmName));
  return {
    assumption,
    fromMs,
    toMs,
    incidents,
    totals: totalsOf(incidents),
    operations: replayed.operations,
    configurationRollbacks: configurationRollbacksOf(replayed, configuration),
    isolations: replayed.isolations,
    refusals: countRefusals(replayed),
    atOnce: concurrencyOf(replayed.operations, configuration),
    inAlarm: {
      recordedMs: inAlarmMs(recorded, fromMs, toMs),
      replayedMs: inAlarmMs(
        replayed.transitions.filter(({ alarmName }) => spoken.has(alarmName)),
        fromMs,
        toMs,
      ),
    },
    history: {
      replayed: recorded.length,
      ignoredItems: history.ignoredItems,
      unknownAlarms: Object.fromEntries([...unknown].map(([name, changes]) => [name, changes.length])),
      silentAlarms: Object.keys(configuration.alarms).filter((name) => !spoken.has(name)),
      missing: missingOf(history, recorded),
    },
    ...(changes && { changes: changesAnswer(changes, incidents) }),
    defects: replayed.defects,
  };
}

function configurationRollbacksOf(
  { operations }: Replay,
  { strategies }: CompiledConfiguration,
): readonly string[] {
  const restoring = new Set(
    strategies
      .filter(({ actions, rollback }) =>
        [...actions, ...rollback.actions].some(({ type }) => type === 'rollback_config'),
      )
      .map(({ id }) => id),
  );
  return operations
    .filter(({ strategyId }) => restoring.has(strategyId))
    .map(({ operationId }) => operationId);
}

const ALL_PAGES =
  'run `aws cloudwatch describe-alarm-history` again without --max-items and --no-paginate, or pass the rest (`--starting-token`) as another --history';

function missingOf({ pages }: AlarmHistory, recorded: readonly RecordedTransition[]): readonly string[] {
  const cut = cutPages(pages);
  const [gap, ...others] = gapsIn(recorded);
  return [
    ...(cut.length === 0
      ? []
      : [
          `${cut.join(', ')}: the history is incomplete: it ends with a NextToken, and the next page is not among the files; ${ALL_PAGES}`,
        ]),
    ...(gap === undefined
      ? []
      : [
          `${gap.alarmName} changes from ${gap.from} at ${time(gap.atMs)}, a state that no earlier change led to` +
            `${others.length === 0 ? '' : `, and so do ${plural(others.length, 'other change')}`}: changes are missing; ${ALL_PAGES}`,
        ]),
  ];
}

function nothingToReplay(
  { ignoredItems, pages }: AlarmHistory,
  recorded: readonly string[],
  configured: readonly string[],
): NothingToReplay {
  if (cutPages(pages).length > 0) {
    return new NothingToReplay(
      `no change of state of an alarm in the configuration so far: the history is incomplete (NextToken); ${ALL_PAGES}`,
    );
  }
  const some = (names: readonly string[]) =>
    names.length === 0 ? 'none' : `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
  const ignored = Object.entries(ignoredItems).map(([type, count]) => `${count} of ${type}`);
  if (recorded.length === 0 && ignored.length > 0) {
    return new NothingToReplay(
      `the history has no change of state, only items of other types: ${ignored.join(', ')}; ` +
        'ask for `--history-item-type StateUpdate`',
    );
  }
  if (configured.length === 0) {
    return new NothingToReplay(
      `the configuration has no alarms, the history ${some(recorded)}; ` +
        "`adopt` the recorded alarms by name under a component's `alarms`",
    );
  }
  return new NothingToReplay(
    `no change of state of an alarm in the configuration: the history has ${some(recorded)}, ` +
      `the configuration ${some(configured)}; \`adopt\` the recorded alarms by name under a component's \`alarms\``,
  );
}

function totalsOf(incidents: readonly Incident[]): WhatIfAnswer['totals'] {
  const totals = {
    healed: 0,
    recovered: 0,
    isolated: 0,
    failed: 0,
    unfinished: 0,
    refused: 0,
    unanswered: 0,
  };
  for (const { outcome } of incidents) totals[outcome] += 1;
  return totals;
}

function countRefusals({ refusals }: Replay): readonly RefusalCount[] {
  const kinds = Map.groupBy(refusals, ({ component, reason, strategyId }) =>
    JSON.stringify([component, reason, strategyId]),
  );
  return [...kinds.values()]
    .flatMap((same) => {
      const [first] = same;
      if (first === undefined) return [];
      const { component, reason, strategyId, detail } = first;
      return [
        { component, reason, ...(strategyId !== undefined && { strategyId }), detail, count: same.length },
      ];
    })
    .sort((a, b) => b.count - a.count);
}

interface StateChange {
  readonly alarmName: string;
  readonly atMs: number;
  readonly from?: string;
  readonly to: string;
}

/** How long alarms were in ALARM between two times, in total. */
function inAlarmMs(changes: readonly StateChange[], fromMs: number, toMs: number): number {
  let sum = 0;
  for (const own of Map.groupBy(changes, ({ alarmName }) => alarmName).values()) {
    let redSinceMs = own[0]?.from === 'ALARM' ? fromMs : undefined;
    for (const { atMs, to } of own) {
      const timeMs = Math.min(Math.max(atMs, fromMs), toMs);
      if (redSinceMs !== undefined) sum += timeMs - redSinceMs;
      redSinceMs = to === 'ALARM' ? timeMs : undefined;
    }
    if (redSinceMs !== undefined) sum += toMs - redSinceMs;
  }
  return sum;
}

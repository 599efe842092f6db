import type { CompositeAlarm, MetricAlarm } from './alarm-definition.ts';
import { CloudWatchError } from './errors.ts';
import type { AlarmState } from './state-change-event.ts';

export interface AlarmRecord {
  readonly alarm: MetricAlarm | CompositeAlarm;
  readonly arn: string;
  /** CloudWatch's own id for the metric of a single-metric alarm; new with every configuration. */
  readonly metricId: string;
  readonly configuredMs: number;
  readonly actionsEnabled: boolean;
  readonly state: AlarmState;
  /** When the value of the state last changed. */
  readonly transitionedMs: number;
  /** End of the window that was evaluated last; absent before the first evaluation. */
  readonly evaluatedToMs?: number;
}

/** The record of an alarm that is created or changed: a new one has no data yet, a changed one keeps its state. */
export function configuredRecord(
  alarm: AlarmRecord['alarm'],
  existing: AlarmRecord | undefined,
  { arn, metricId, nowMs }: Pick<AlarmRecord, 'arn' | 'metricId'> & { readonly nowMs: number },
): AlarmRecord {
  const initial: AlarmState = {
    value: 'INSUFFICIENT_DATA',
    reason: 'Unchecked: Initial alarm creation',
    timestampMs: nowMs,
  };
  return {
    alarm,
    arn,
    metricId,
    configuredMs: nowMs,
    actionsEnabled: alarm.input.ActionsEnabled ?? true,
    state: existing?.state ?? initial,
    transitionedMs: existing?.transitionedMs ?? nowMs,
  };
}

interface HistoryItem {
  readonly alarmName: string;
  readonly alarmType: 'MetricAlarm' | 'CompositeAlarm';
  readonly timestampMs: number;
  readonly type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  readonly summary: string;
  /** A JSON string. */
  readonly data: string;
}

/** CloudWatch keeps 30 days of history; a local run keeps its newest items. */
const HISTORY_LIMIT = 10_000;

/** The alarms of one account and Region with their current state and their history. */
export class AlarmRegistry {
  readonly #records = new Map<string, AlarmRecord>();
  readonly #history: HistoryItem[] = [];

  find(name: string): AlarmRecord | undefined {
    return this.#records.get(name);
  }

  /** @throws CloudWatchError `ResourceNotFound` */
  get(name: string): AlarmRecord {
    const record = this.#records.get(name);
    if (record === undefined) throw new CloudWatchError('ResourceNotFound', `Alarm ${name} does not exist`);
    return record;
  }

  set(record: AlarmRecord): void {
    this.#records.set(record.alarm.input.AlarmName, record);
  }

  /** @throws CloudWatchError if one does not exist, or if a composite alarm that is not among them reads one */
  checkUnread(names: readonly string[]): void {
    for (const name of names) {
      this.get(name);
      const parents = this.parentsOf(name).filter((parent) => !names.includes(parent));
      if (parents.length > 0)
        throw new CloudWatchError(
          'ValidationException',
          `Cannot delete ${name}: ${parents.join(', ')} depend on it`,
        );
    }
  }

  delete(name: string): void {
    this.#records.delete(name);
  }

  /** All alarms, by name. */
  list(): AlarmRecord[] {
    return [...this.#records.values()].sort((a, b) =>
      a.alarm.input.AlarmName < b.alarm.input.AlarmName ? -1 : 1,
    );
  }

  /** The composite alarms, each after all the composite alarms that it reads. */
  compositesBottomUp(): CompositeAlarm[] {
    const ordered = new Map<string, CompositeAlarm>();
    const visit = (name: string): void => {
      const alarm = this.#records.get(name)?.alarm;
      if (alarm?.kind !== 'composite' || ordered.has(name)) return;
      for (const child of dependencies(alarm)) visit(child);
      ordered.set(name, alarm);
    };
    for (const { alarm } of this.list()) visit(alarm.input.AlarmName);
    return [...ordered.values()];
  }

  /** The names of the composite alarms that read the alarm. */
  parentsOf(name: string): string[] {
    return this.compositesBottomUp()
      .filter((alarm) => dependencies(alarm).includes(name))
      .map((alarm) => alarm.input.AlarmName);
  }

  /**
   * Checks that a composite alarm reads existing alarms and, through them, never itself.
   *
   * @throws CloudWatchError `ValidationException`
   */
  checkDependencies(alarm: CompositeAlarm): void {
    const own = alarm.input.AlarmName;
    const visit = (name: string): void => {
      if (name === own)
        throw new CloudWatchError('ValidationException', `${own}: the alarm depends on itself`);
      const child = this.#records.get(name)?.alarm;
      if (child === undefined)
        throw new CloudWatchError('ValidationException', `${own}: the alarm ${name} does not exist`);
      if (child.kind === 'composite') dependencies(child).forEach(visit);
    };
    dependencies(alarm).forEach(visit);
  }

  /** Adds to the history; `data` becomes its JSON. */
  remember(
    { alarm }: AlarmRecord,
    type: HistoryItem['type'],
    summary: string,
    data: object,
    timestampMs: number,
  ): void {
    const item = {
      alarmName: alarm.input.AlarmName,
      alarmType: alarmType(alarm),
      timestampMs,
      type,
      summary,
    };
    this.#history.push({ ...item, data: JSON.stringify(data) });
    if (this.#history.length > HISTORY_LIMIT) this.#history.shift();
  }

  /** Oldest first. */
  history(): readonly HistoryItem[] {
    return this.#history;
  }
}

/** The alarms that a composite alarm reads: those of its rule and its suppressor. */
export function dependencies(alarm: CompositeAlarm): string[] {
  return alarm.suppressor === undefined
    ? [...alarm.rule.children]
    : [...alarm.rule.children, alarm.suppressor.name];
}

export function alarmType(alarm: MetricAlarm | CompositeAlarm): HistoryItem['alarmType'] {
  return alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm';
}

/** The history data of a change of state. */
export function stateUpdate(previous: AlarmState, current: AlarmState): object {
  const of = ({ value, reason, reasonData }: AlarmState) => ({
    stateValue: value,
    stateReason: reason,
    ...(reasonData === undefined ? {} : { stateReasonData: JSON.parse(reasonData) }),
  });
  return { version: '1.0', oldState: of(previous), newState: of(current) };
}

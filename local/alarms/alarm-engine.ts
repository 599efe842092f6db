import {
  actionsFor,
  type CompositeAlarm,
  defineCompositeAlarm,
  defineMetricAlarm,
  type MetricAlarm,
} from './alarm-definition.ts';
import { type AlarmDelivery, deliverAlarm } from './alarm-delivery.ts';
import type { AlarmEngineOptions } from './alarm-engine-options.ts';
import {
  type AlarmRecord,
  AlarmRegistry,
  alarmType,
  configuredRecord,
  stateUpdate,
} from './alarm-registry.ts';
import { compositeState, ruleState, suppressionOf } from './composite-alarm-evaluation.ts';
import {
  type Contributor,
  contributorEvent,
  contributorId,
  endedContributors,
  evaluateContributors,
  groupState,
} from './contributors.ts';
import { CLOUDWATCH_STEPS, windowEndMs } from './datapoints.ts';
import { CloudWatchError } from './errors.ts';
import { evaluateMetricAlarm } from './metric-alarm-evaluation.ts';
import { MetricStore } from './metric-store.ts';
import { MuteRules, muteRuleArn } from './mute-rules.ts';
import { Outbox } from './outbox.ts';
import type { AlarmStateValue, CompositeAlarmInput, MetricAlarmInput } from './schemas.ts';
import { type AlarmState, stateChangeEvent } from './state-change-event.ts';
import { longDate } from './state-reason.ts';

/** CloudWatch's alarms: evaluates metric alarms, then the composite alarms above them, and publishes what changed. */
export class AlarmEngine {
  readonly metrics = new MetricStore();
  readonly registry = new AlarmRegistry();
  readonly muteRules = new MuteRules();
  readonly options: AlarmEngineOptions;
  readonly #outbox: Outbox<AlarmDelivery>;
  /** By alarm, by id. */
  readonly #contributors = new Map<string, ReadonlyMap<string, Contributor>>();

  constructor(options: AlarmEngineOptions) {
    this.options = options;
    this.#outbox = new Outbox((delivery) => deliverAlarm(delivery, options, this.registry));
  }

  /**
   * Creates an alarm in INSUFFICIENT_DATA, or changes one and keeps its state. It is evaluated on the next evaluation.
   *
   * @throws CloudWatchError if the definition is not one
   */
  putMetricAlarm(input: MetricAlarmInput): void {
    this.#put(defineMetricAlarm(input));
  }

  /**
   * Creates or changes a composite alarm and evaluates it at once.
   *
   * @throws CloudWatchError if the rule does not parse, names an alarm that does not exist, or closes a cycle
   */
  async putCompositeAlarm(input: CompositeAlarmInput): Promise<void> {
    const alarm = defineCompositeAlarm(input);
    this.registry.checkDependencies(alarm);
    const isNew = this.registry.find(input.AlarmName) === undefined;
    const { arn } = this.#put(alarm);
    const nowMs = this.options.nowMs();
    const value = ruleState(this.registry, alarm);
    this.#enterComposite(
      alarm,
      value,
      `${arn} was ${isNew ? 'created' : 'updated'} and its alarm rule evaluates to ${value}`,
      alarm.rule.children,
      nowMs,
    );
    this.#evaluateComposites(new Set([input.AlarmName]), nowMs);
    await this.#outbox.flush();
  }

  /** @throws CloudWatchError `ResourceNotFound`, or `ValidationException` if a composite alarm reads one; then none is deleted */
  deleteAlarms(names: readonly string[]): void {
    this.registry.checkUnread(names);
    for (const name of names) this.registry.delete(name);
  }

  /** Sets the state by hand. A metric alarm returns to its actual state on the next evaluation. */
  async setAlarmState(
    name: string,
    value: AlarmStateValue,
    reason: string,
    reasonData?: string,
  ): Promise<void> {
    const nowMs = this.options.nowMs();
    const record = this.registry.get(name);
    if (record.state.value !== value) {
      const suppression = suppressionOf(this.registry, record, value, nowMs);
      this.#transition(record, {
        value,
        reason,
        ...(reasonData ? { reasonData } : {}),
        timestampMs: nowMs,
        ...suppression,
      });
      this.#evaluateComposites(new Set([name]), nowMs);
    }
    await this.#outbox.flush();
  }

  /** The contributors of an alarm that are in ALARM. @throws CloudWatchError `ResourceNotFound` */
  redContributors(name: string): readonly Contributor[] {
    this.registry.get(name);
    return [...(this.#contributors.get(name)?.values() ?? [])].filter(({ value }) => value === 'ALARM');
  }

  /** Sets the state of one contributor by hand, and with it the alarm's. @throws CloudWatchError if it can have none */
  async setContributorState(
    name: string,
    attributes: Contributor['attributes'],
    value: Contributor['value'],
    reason: string,
  ): Promise<void> {
    const record = this.registry.get(name);
    if (record.alarm.kind !== 'metric' || record.alarm.query === undefined)
      throw new CloudWatchError('ValidationException', `${name} has no contributors`);
    const nowMs = this.options.nowMs();
    const id = contributorId(attributes);
    const others = [...(this.#contributors.get(name)?.values() ?? [])].filter((each) => each.id !== id);
    const found = [...others, { id, attributes, value, reason, transitionedMs: nowMs }];
    const state = this.#contribute(record.alarm, found, nowMs);
    if (state.value !== record.state.value) this.#transition(record, state);
    this.#evaluateComposites(new Set([name]), nowMs);
    await this.#outbox.flush();
  }

  /** Switches the actions of those alarms that exist: the API has no error for the others. */
  setActionsEnabled(names: readonly string[], actionsEnabled: boolean): void {
    for (const record of names.flatMap((name) => this.registry.find(name) ?? [])) {
      this.registry.set({ ...record, actionsEnabled });
    }
  }

  /** Evaluates every alarm as of `nowMs`, due or not, and resolves when its events are published. */
  evaluateNow(nowMs = this.options.nowMs()): Promise<void> {
    return this.#evaluate(nowMs, () => true);
  }

  /** Evaluates the alarms whose window has moved on since their last evaluation, as CloudWatch's timer does. */
  evaluateDue(nowMs = this.options.nowMs()): Promise<void> {
    return this.#evaluate(
      nowMs,
      (record, endMs) => record.evaluatedToMs === undefined || endMs > record.evaluatedToMs,
    );
  }

  async #evaluate(nowMs: number, isDue: (record: AlarmRecord, endMs: number) => boolean): Promise<void> {
    const changed = new Set<string>();
    const { steps = CLOUDWATCH_STEPS, dataDelaySeconds = 0 } = this.options;
    for (const record of this.registry.list()) {
      if (record.alarm.kind !== 'metric') continue;
      const endMs = windowEndMs(record.alarm, nowMs, steps, dataDelaySeconds);
      if (!isDue(record, endMs)) continue;
      const evaluated = { ...record, evaluatedToMs: endMs };
      this.registry.set(evaluated);
      const state = this.#evaluateMetric(record.alarm, endMs, nowMs);
      if (state === undefined || state.value === record.state.value) continue;
      this.#transition(evaluated, state);
      changed.add(record.alarm.input.AlarmName);
    }
    this.#evaluateComposites(changed, nowMs);
    await this.#outbox.flush();
  }

  #evaluateMetric(alarm: MetricAlarm, endMs: number, nowMs: number): AlarmState | undefined {
    const { query } = alarm;
    if (query === undefined) return evaluateMetricAlarm(this.metrics, alarm, endMs, nowMs);
    const tagsOf = this.options.tagsOf ?? (() => ({}));
    const found = evaluateContributors(this.metrics, { ...alarm, query }, endMs, nowMs, tagsOf);
    return this.#contribute(alarm, found, nowMs);
  }

  /** Announces the contributors that have changed; those that are gone count as OK. @returns the alarm's own state */
  #contribute(alarm: MetricAlarm, found: readonly Contributor[], nowMs: number): AlarmState {
    const name = alarm.input.AlarmName;
    const before = this.#contributors.get(name) ?? new Map<string, Contributor>();
    const now = new Map(found.map((contributor) => [contributor.id, contributor]));
    for (const contributor of [...found, ...endedContributors(before, now, nowMs)]) {
      const { id, value } = contributor;
      const earlier = before.get(id);
      if (earlier?.value === value) now.set(id, earlier);
      else if (earlier !== undefined || value === 'ALARM') this.#announce(alarm, contributor);
    }
    this.#contributors.set(name, now);
    return groupState(found, nowMs);
  }

  #announce(alarm: MetricAlarm, contributor: Contributor): void {
    const { accountId, region, newId } = this.options;
    const { arn } = this.registry.get(alarm.input.AlarmName);
    const rule = this.muteRules.activeFor(alarm.input.AlarmName, contributor.transitionedMs);
    const mute = rule && { mutedByArn: muteRuleArn(this.options, rule.input.Name) };
    this.#outbox.add({
      event: contributorEvent({ id: newId(), accountId, region, alarmArn: arn }, alarm, contributor, mute),
    });
  }

  /** Brings the composite alarms up to date, bottom up; `changed` collects every alarm whose state has moved. */
  #evaluateComposites(changed: Set<string>, nowMs: number): void {
    for (const alarm of this.registry.compositesBottomUp()) {
      const name = alarm.input.AlarmName;
      const record = this.registry.get(name);
      const triggering = alarm.rule.children.filter((child) => changed.has(child));
      const value = triggering.length > 0 ? ruleState(this.registry, alarm) : record.state.value;
      if (value !== record.state.value) {
        const [first] = triggering.map((child) => this.registry.get(child));
        const reason = `${first?.arn} transitioned to ${first?.state.value} at ${longDate(first?.state.timestampMs ?? nowMs)}`;
        this.#enterComposite(alarm, value, reason, triggering, nowMs);
        changed.add(name);
      } else {
        this.#moveSuppression(record, nowMs);
      }
    }
  }

  #enterComposite(
    alarm: CompositeAlarm,
    next: AlarmStateValue,
    reason: string,
    children: readonly string[],
    nowMs: number,
  ): void {
    const record = this.registry.get(alarm.input.AlarmName);
    if (record.state.value === next) return;
    this.#transition(record, compositeState(this.registry, record, next, reason, children, nowMs));
  }

  /** Announces that actions are suppressed for another reason, or no longer: the state's value stays. */
  #moveSuppression(record: AlarmRecord, nowMs: number): void {
    const { suppression: next } = suppressionOf(this.registry, record, undefined, nowMs);
    const { suppression: current, ...state } = record.state;
    if (next?.by === current?.by) return;
    this.#transition(record, { ...state, timestampMs: nowMs, ...(next ? { suppression: next } : {}) });
  }

  #put(alarm: MetricAlarm | CompositeAlarm): AlarmRecord {
    const { accountId, region, nowMs: clock, newId } = this.options;
    const nowMs = clock();
    const name = alarm.input.AlarmName;
    const existing = this.registry.find(name);
    if (existing !== undefined && existing.alarm.kind !== alarm.kind) {
      throw new CloudWatchError('ValidationException', `${name} already is a ${alarmType(existing.alarm)}`);
    }
    const record = configuredRecord(alarm, existing, {
      arn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`,
      metricId: newId(),
      nowMs,
    });
    this.registry.set(record);
    const summary = `Alarm "${name}" ${existing === undefined ? 'created' : 'updated'}`;
    this.registry.remember(
      record,
      'ConfigurationUpdate',
      summary,
      { version: '1.0', type: existing === undefined ? 'Create' : 'Update' },
      nowMs,
    );
    return record;
  }

  #transition(record: AlarmRecord, current: AlarmState): void {
    const { alarm, arn, metricId, state: previous, actionsEnabled } = record;
    const { accountId, region, newId } = this.options;
    const nowMs = current.timestampMs;
    this.registry.set({
      ...record,
      state: current,
      transitionedMs: current.value === previous.value ? record.transitionedMs : nowMs,
    });
    this.registry.remember(
      record,
      'StateUpdate',
      `Alarm updated from ${previous.value} to ${current.value}`,
      stateUpdate(previous, current),
      nowMs,
    );
    const rule = this.muteRules.activeFor(alarm.input.AlarmName, nowMs);
    const mute = rule && { rule, arn: muteRuleArn(this.options, rule.input.Name) };
    const event = stateChangeEvent({
      ...{ id: newId(), metricId, accountId, region, alarmArn: arn, alarm, previous, current },
      ...(mute ? { mute } : {}),
    });
    const isHeld = !actionsEnabled || mute !== undefined || current.suppression !== undefined;
    this.#outbox.add({ event, actions: isHeld ? [] : actionsFor(alarm, current.value) });
  }
}

import { instancesIn } from '../../../functions/core/configuration/alarm-sources.ts';
import type { AlarmState } from '../../../functions/core/verification/alarm-observation.ts';
import { AlarmEngine } from '../../alarms/alarm-engine.ts';
import { loadAlarms } from '../../alarms/load-alarms.ts';
import { type EmbeddedClock, every } from '../clock/embedded-clock.ts';
import type { CloudFormationTemplate } from '../cloudformation/synthesize.ts';
import type { BusEvent } from '../event-bridge/event.ts';

export interface AlarmsOptions {
  readonly clock: EmbeddedClock;
  readonly newId: () => string;
  readonly publish: (event: BusEvent) => void;
  /** Publishes an alarm's action to a topic. */
  readonly notify: (topicArn: string, message: string, subject: string) => void;
  readonly hasTopic: (topicArn: string) => boolean;
  readonly onDefect: (error: unknown) => void;
  /**
   * Whether alarms are evaluated over their metrics as time passes. Otherwise they only change when they are set.
   *
   * @default false
   */
  readonly evaluate?: boolean;
}

export interface EmbeddedAlarms {
  readonly engine: AlarmEngine;
  /** Creates the alarms of a template. @throws AlarmTemplateError, also for an action that is not an existing topic */
  readonly deploy: (template: CloudFormationTemplate) => Promise<void>;
  readonly names: () => readonly string[];
  readonly stateOf: (alarmName: string) => AlarmState | undefined;
  /** When it changed its state last, epoch milliseconds. */
  readonly changedAtMs: (alarmName: string) => number | undefined;
  /** What silences an alarm's actions now: a mute rule, or its suppressor. */
  readonly silencedBy: (alarmName: string) => string | undefined;
  /** The instance ids that an alarm's metrics are about; for one over a group, those that are red, if any is. */
  readonly targetsOf: (alarmName: string) => readonly string[] | undefined;
  /** For an alarm over a group. */
  readonly redInstances: (alarmName: string) => readonly string[] | undefined;
  readonly close: () => void;
}

const EVALUATE_EVERY_MS = 10_000;

/** CloudWatch's alarms. */
export function createEmbeddedAlarms(options: AlarmsOptions): EmbeddedAlarms {
  const { clock } = options;
  const engine = new AlarmEngine({
    accountId: '000000000000',
    region: 'us-east-1',
    nowMs: clock.nowMs,
    newId: options.newId,
    publish: async (event) => options.publish(event),
    performAction: async (actionArn, { detail, time }) => {
      const { alarmName, state } = detail;
      const { value: NewStateValue, reason: NewStateReason } = state;
      const message = { AlarmName: alarmName, NewStateValue, NewStateReason, StateChangeTime: time };
      options.notify(actionArn, JSON.stringify(message), `${NewStateValue}: "${alarmName}"`.slice(0, 99));
    },
  });
  const redInstances = (alarmName: string) => {
    const ids = instancesIn(engine.redContributors(alarmName).map(({ attributes }) => attributes));
    return ids.length === 0 ? undefined : ids;
  };
  const timer =
    options.evaluate === true
      ? every(clock, EVALUATE_EVERY_MS, () => void engine.evaluateDue().catch(options.onDefect))
      : undefined;
  return {
    engine,
    deploy: async (template) => void (await loadAlarms(engine, template, { hasAction: options.hasTopic })),
    names: () => engine.registry.list().map(({ alarm }) => alarm.input.AlarmName),
    stateOf: (alarmName) => engine.registry.find(alarmName)?.state.value,
    changedAtMs: (alarmName) => engine.registry.find(alarmName)?.transitionedMs,
    silencedBy: (alarmName) => {
      const rule = engine.muteRules.activeFor(alarmName, clock.nowMs());
      if (rule) return `mute rule ${rule.input.Name}`;
      const suppression = engine.registry.find(alarmName)?.state.suppression;
      return suppression && `its suppressor (${suppression.by})`;
    },
    targetsOf: (alarmName) => {
      const alarm = engine.registry.find(alarmName)?.alarm;
      if (alarm?.kind !== 'metric') return [];
      if (alarm.query !== undefined) return redInstances(alarmName);
      return instancesIn([...alarm.sources.values()].map(({ metric }) => metric.dimensions));
    },
    redInstances,
    close: () => timer?.cancel(),
  };
}

import { Duration } from 'aws-cdk-lib';
import { type EventPattern, Match, Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { watchedComponents } from '../../functions/core/change/change-owners.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { ALARM_EVENT_MAXIMUM_AGE_MINUTES } from '../../functions/core/signal/alarm-time.ts';
import { sourcesOf } from '../../functions/core/signal/event-source.ts';
import { QUOTAS } from '../quotas/quotas.ts';
import { adoptedAlarmNamePatterns, type NamePattern, type NameRoom } from './adopted-alarm-names.ts';
import { COMPONENT_ALARM_PREFIX } from './alarm-names.ts';
import { ChangeRules } from './change-rules.ts';
import { homeEvents } from './home-events.ts';
import { UndeployableAlarms } from './undeployable-alarms.ts';

/**
 * One rule for everyone's alarms would do instead of 60, but it would start triage for each of their changes: some $2
 * per million, and no protection from their storms. Beyond 60 rules, a fifth of a bus, names are cut to prefixes. The
 * parts of a pattern that are not names take up the rest of its characters.
 */
const ROOM: NameRoom = { rules: 60, charactersPerRule: QUOTAS.patternCharacters.limit - 448 };

const SENT_BY_OTHERS = [
  ['Signals', 'Selfheal Signal', 'signals of other monitors and people'],
  ['Controls', 'Selfheal Control', 'pause and resume'],
  ['Approvals', 'Selfheal Approval', 'approvals and denials'],
] as const;

export interface SignalRulesProps {
  readonly configuration: CompiledConfiguration;
  readonly triage: IStateMachine;
  /** Where signals wait that could not be delivered. */
  readonly deadLetterQueue: IQueue;
  /** Names of alarms that existed before Selfheal. */
  readonly adoptedAlarmNames: readonly string[];
}

/**
 * The rules that hand signals to triage: alarms that change their state, signals from other monitors and people, and
 * changes of components.
 */
export class SignalRules extends Construct {
  constructor(scope: Construct, id: string, props: SignalRulesProps) {
    super(scope, id);
    const target = new SfnStateMachine(props.triage, {
      deadLetterQueue: props.deadLetterQueue,
      maxEventAge: Duration.minutes(ALARM_EVENT_MAXIMUM_AGE_MINUTES),
      retryAttempts: 30,
    });
    const rule = (ruleId: string, description: string, eventPattern: EventPattern) =>
      new Rule(this, ruleId, {
        description,
        eventPattern: homeEvents(this, eventPattern),
        targets: [target],
      });

    rule(
      'ComponentAlarms',
      'Selfheal: alarms of the components',
      alarmPattern([{ prefix: COMPONENT_ALARM_PREFIX }]),
    );
    const adopted = props.adoptedAlarmNames.filter((name) => !name.startsWith(COMPONENT_ALARM_PREFIX));
    for (const [index, names] of namePatterns(adopted).entries()) {
      rule(`AdoptedAlarms${index}`, 'Selfheal: adopted alarms', alarmPattern(names));
    }
    for (const [ruleId, detailType, description] of SENT_BY_OTHERS) {
      const source = [...sourcesOf(detailType, props.configuration)];
      // A rule without a source would accept the event from anyone.
      if (source.length > 0) rule(ruleId, `Selfheal: ${description}`, { source, detailType: [detailType] });
    }
    if (watchedComponents(props.configuration).length > 0) {
      const source = [...sourcesOf('Selfheal Change', props.configuration)];
      const detailType = ['Selfheal Change'];
      if (source.length > 0)
        rule('Changes', 'Selfheal: changes that pipelines report', { source, detailType });
      new ChangeRules(this, 'ChangeRules', { configuration: props.configuration, rule });
    }
  }
}

/**
 * State changes of these alarms and of their contributors, unless they are muted or suppressed: EventBridge gets events
 * of those too.
 */
function alarmPattern(alarmName: readonly NamePattern[]): EventPattern {
  return {
    source: ['aws.cloudwatch'],
    detailType: ['CloudWatch Alarm State Change', 'CloudWatch Alarm Contributor State Change'],
    detail: {
      alarmName: [...alarmName],
      state: { value: ['ALARM', 'OK'], actionsSuppressedBy: Match.doesNotExist() },
      // `exists` matches leaves only: for muteDetail itself, it would always say that there is none.
      muteDetail: { mutedByArn: Match.doesNotExist() },
    },
  };
}

/** @throws UndeployableAlarms if the names don't fit */
function namePatterns(names: readonly string[]): readonly (readonly NamePattern[])[] {
  const patterns = adoptedAlarmNamePatterns(names, ROOM);
  if (patterns) return patterns;
  throw new UndeployableAlarms(
    'TOO_MANY_ADOPTED',
    `${names.length} alarms to adopt: even cut to prefixes, their names need more than the ${ROOM.rules} rules that Selfheal may use on an event bus; adopt fewer, or give them names with common prefixes`,
  );
}

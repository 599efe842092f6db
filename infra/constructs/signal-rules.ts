import { Duration } from 'aws-cdk-lib';
import { type EventPattern, Match, Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { ALARM_EVENT_MAXIMUM_AGE_MINUTES } from '../../functions/core/signal/alarm-time.ts';
import { sourcesOf } from '../../functions/core/signal/event-source.ts';
import { QUOTAS } from '../quotas/quotas.ts';
import { adoptedAlarmNamePatterns, type NamePattern, type NameRoom } from './adopted-alarm-names.ts';
import { COMPONENT_ALARM_PREFIX } from './alarm-names.ts';
import { homeEvents } from './home-events.ts';
import { UndeployableAlarms } from './undeployable-alarms.ts';

/**
 * A rule for the alarms of everyone would be one instead of 60, but start triage for each of their changes: some $2 for a
 * million of them, and no protection from their storms. Beyond 60 rules, which is a fifth of a bus, names are cut to
 * prefixes. What of a pattern is not a name takes the rest of its characters.
 */
const ROOM: NameRoom = { rules: 60, charactersPerRule: QUOTAS.patternCharacters.limit - 448 };

const SENT_BY_OTHERS = [
  ['Signals', 'Selfheal Signal', 'signals of other monitors and people'],
  ['Controls', 'Selfheal Control', 'pause and resume'],
] as const;

export interface SignalRulesProps {
  readonly configuration: CompiledConfiguration;
  readonly triage: IStateMachine;
  /** Where signals wait that could not be handed over. */
  readonly deadLetterQueue: IQueue;
  /** Names of alarms that were there before Selfheal. */
  readonly adoptedAlarmNames: readonly string[];
}

/** The rules that hand signals to triage: alarms that change their state, and signals by other monitors and people. */
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
      // A rule without a source would take the event from everyone.
      if (source.length > 0) rule(ruleId, `Selfheal: ${description}`, { source, detailType: [detailType] });
    }
  }
}

/** State changes of these alarms and of their contributors, unless somebody has muted or suppressed them: EventBridge hears of those too. */
function alarmPattern(alarmName: readonly NamePattern[]): EventPattern {
  return {
    source: ['aws.cloudwatch'],
    detailType: ['CloudWatch Alarm State Change', 'CloudWatch Alarm Contributor State Change'],
    detail: {
      alarmName: [...alarmName],
      state: { value: ['ALARM', 'OK'], actionsSuppressedBy: Match.doesNotExist() },
      // `exists` sees leaves only: asked about muteDetail itself, it would say that there is none.
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
    `${names.length} alarms to adopt: even cut to prefixes, their names need more than the ${ROOM.rules} rules that Selfheal takes of an event bus; adopt fewer, or name them with common prefixes`,
  );
}

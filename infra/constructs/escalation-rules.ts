import { Duration } from 'aws-cdk-lib';
import { EventField, type EventPattern, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { homeEvents } from './home-events.ts';
import type { NotificationTopics } from './notification-topics.ts';

/** The escalations that only the architect can handle. */
export const FOR_THE_ARCHITECT: EventPattern = {
  source: ['selfheal'],
  detailType: ['Selfheal Watchdog Escalation'],
  detail: { action: ['alert_architect'] },
};

/** The escalations of a peer that is down or about to be isolated. */
const FOR_THE_SOC: EventPattern = {
  source: ['selfheal'],
  detailType: ['Selfheal Watchdog Escalation'],
  detail: { severity: ['HIGH', 'CRITICAL'] },
};

export interface EscalationRulesProps {
  readonly topics: NotificationTopics;
  /** Where escalations wait that could not be delivered. */
  readonly deadLetterQueue: IQueue;
}

/** The rules that notify people of the watchdog's escalations. */
export class EscalationRules extends Construct {
  constructor(scope: Construct, id: string, props: EscalationRulesProps) {
    super(scope, id);
    const { topics, deadLetterQueue } = props;
    // A role, because a policy of the topics would have to name these rules, and their stack comes after that of the
    // topics.
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('events.amazonaws.com'),
      description: 'Notifies people of the escalations of the watchdog',
    });
    topics.grantPublish(role, topics.architect, topics.soc);
    const target = (topic: Topic) =>
      new SnsTopic(topic, {
        message: inWords(),
        role: role.withoutPolicyUpdates(),
        deadLetterQueue,
        maxEventAge: Duration.hours(1),
        retryAttempts: 30,
      });
    new Rule(this, 'Architect', {
      description: 'Selfheal: the watchdog calls the architect',
      eventPattern: homeEvents(this, FOR_THE_ARCHITECT),
      targets: [target(topics.architect)],
    });
    new Rule(this, 'Soc', {
      description: 'Selfheal: the watchdog notifies the SOC',
      eventPattern: homeEvents(this, FOR_THE_SOC),
      targets: [target(topics.soc)],
    });
  }
}

function inWords(): RuleTargetInput {
  const field = (name: string) => EventField.fromPath(`$.detail.${name}`);
  return RuleTargetInput.fromText(
    `Selfheal watchdog, ${field('severity')}, ${field('action')}: ${field('reason')} (${field('timestamp')})`,
  );
}

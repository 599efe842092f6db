import { Duration } from 'aws-cdk-lib';
import { EventField, type EventPattern, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { homeEvents } from './home-events.ts';
import type { NotificationTopics } from './notification-topics.ts';

/** What the watchdog says when only the architect can help. */
export const FOR_THE_ARCHITECT: EventPattern = {
  source: ['selfheal'],
  detailType: ['Selfheal Watchdog Escalation'],
  detail: { action: ['alert_architect'] },
};

/** What the watchdog says when a component is down, or about to be isolated. */
const FOR_THE_SOC: EventPattern = {
  source: ['selfheal'],
  detailType: ['Selfheal Watchdog Escalation'],
  detail: { severity: ['HIGH', 'CRITICAL'] },
};

export interface EscalationRulesProps {
  readonly topics: NotificationTopics;
  /** Where escalations wait that nobody could be told of. */
  readonly deadLetterQueue: IQueue;
}

/** The rules that tell people what the watchdog sees. */
export class EscalationRules extends Construct {
  constructor(scope: Construct, id: string, props: EscalationRulesProps) {
    super(scope, id);
    const { topics, deadLetterQueue } = props;
    // By a role, for a policy of the topics would have to name these rules, and their stack comes after the topics'.
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('events.amazonaws.com'),
      description: 'Tells people of the escalations of the watchdog',
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
      description: 'Selfheal: the watchdog tells the SOC',
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

import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { OWN_ALARM_PREFIX } from '../../functions/core/configuration/alarm-sources.ts';

export const ARCHITECT_TOPIC_NAME = 'selfheal-architect';

export interface NotificationTopicsProps {
  /** E-mail addresses; each has to confirm its subscription once. */
  readonly socEmails: readonly string[];
  readonly architectEmails: readonly string[];
}

/** The two audiences: the SOC, and the architect, who receives every escalation. */
export class NotificationTopics extends Construct {
  readonly soc: Topic;
  readonly architect: Topic;
  private readonly key: Key;

  constructor(scope: Construct, id: string, props: NotificationTopicsProps) {
    super(scope, id);
    // CloudWatch alarms can't publish through the key that AWS manages for SNS, hence one of our own:
    // https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger
    this.key = new Key(this, 'Key', {
      description: 'Encrypts the Selfheal notification topics',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.soc = this.topic('Soc', 'selfheal-soc', 'Selfheal: SOC', props.socEmails);
    this.architect = this.topic(
      'Architect',
      ARCHITECT_TOPIC_NAME,
      'Selfheal: architect',
      props.architectEmails,
    );
    this.allowOwnAlarms();
  }

  /** Permission to publish to these topics, and to use their key. */
  grantPublish(grantee: IGrantable, ...topics: readonly Topic[]): void {
    for (const topic of topics) {
      grantee.grantPrincipal.addToPrincipalPolicy(
        new PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] }),
      );
    }
    this.key.grant(grantee, 'kms:Decrypt', 'kms:GenerateDataKey');
  }

  /** A topic of another stack, encrypted with the same key. */
  encryptedTopic(scope: Construct, id: string, topicName: string, displayName: string): Topic {
    return new Topic(scope, id, { topicName, displayName, masterKey: this.key, enforceSSL: true });
  }

  /** Lets the alarms on Selfheal itself notify the architect: both the topic and its key must allow it. */
  private allowOwnAlarms(): void {
    const { account } = Stack.of(this);
    const statement = (actions: string[], resource: string) =>
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions,
        resources: [resource],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': this.ownAlarmsArn() },
        },
      });
    this.key.addToResourcePolicy(statement(['kms:Decrypt', 'kms:GenerateDataKey'], '*'));
    this.architect.addToResourcePolicy(statement(['sns:Publish'], this.architect.topicArn));
  }

  private ownAlarmsArn(): string {
    return Stack.of(this).formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: `${OWN_ALARM_PREFIX}*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  private topic(id: string, topicName: string, displayName: string, emails: readonly string[]): Topic {
    const topic = this.encryptedTopic(this, id, topicName, displayName);
    for (const email of emails) topic.addSubscription(new EmailSubscription(email));
    return topic;
  }
}

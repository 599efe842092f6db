import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { type AddToResourcePolicyResult, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

const EVENTS = new ServicePrincipal('events.amazonaws.com');

/** Where undeliverable events wait for a person to look at them: for 14 days, encrypted, over TLS only. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    super.addToResourcePolicy(this.sendByRules());
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This is a dead-letter queue itself; an alarm watches its depth.',
    });
  }

  /**
   * Every target of a rule asks for a statement that names its rule. A queue's policy may have 20 statements, so the
   * queue has a single one for all rules of its stack, and no others.
   *
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
   */
  override addToResourcePolicy(statement: PolicyStatement): AddToResourcePolicyResult {
    const isOfRule = statement.principals.some(
      (principal) => principal instanceof ServicePrincipal && principal.service === EVENTS.service,
    );
    return isOfRule ? { statementAdded: true, policyDependable: this } : super.addToResourcePolicy(statement);
  }

  /** CloudFormation names rules after their stack. */
  private sendByRules(): PolicyStatement {
    const stack = Stack.of(this);
    const rules = stack.formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: `${stack.stackName}-*`,
    });
    return new PolicyStatement({
      sid: 'SendByRulesOfThisStack',
      principals: [EVENTS],
      actions: ['sqs:SendMessage'],
      resources: [this.queueArn],
      conditions: { ArnLike: { 'aws:SourceArn': rules } },
    });
  }
}

import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import {
  ApiDestination,
  Authorization,
  Connection,
  HttpMethod,
  type IApiDestination,
  Rule,
} from 'aws-cdk-lib/aws-events';
import { ApiDestination as ApiDestinationTarget } from 'aws-cdk-lib/aws-events-targets';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { WebhookSettings } from '../../functions/core/configuration/schema/webhook-schema.ts';
import { secretOf } from '../constructs/channel-destinations.ts';
import { DeadLetterQueue } from '../constructs/dead-letter-queue.ts';
import { FOR_THE_ARCHITECT } from '../constructs/escalation-rules.ts';
import { homeEvents } from '../constructs/home-events.ts';
import { OwnAlarms } from '../constructs/own-alarms.ts';

export interface WebhookStackProps extends StackProps {
  readonly webhook: WebhookSettings;
  /** Where to notify the architect when the webhook does not answer. */
  readonly topic: ITopic;
}

/**
 * Calls the architect's webhook with the watchdog's escalations. The key is read from Secrets Manager when the stack is
 * deployed and kept by EventBridge from then on: after a change of the secret, its new `secretVersion` updates it.
 *
 * A stack of its own, so that an emulator without API destinations can leave it out.
 */
export class WebhookStack extends Stack {
  constructor(scope: Construct, id: string, props: WebhookStackProps) {
    super(scope, id, { description: 'Selfheal: the webhook of the architect', ...props });
    const { url, header, secretVersion } = props.webhook;
    const secretArn = props.webhook.secretArn ?? this.generatedKey().secretArn;
    const key = secretOf({ secretArn, secretVersion });
    const connection = new Connection(this, 'Connection', {
      connectionName: 'selfheal-architect',
      description: 'Selfheal: the key to the webhook of the architect',
      authorization: Authorization.apiKey(header, key),
    });
    const destination = new ApiDestination(this, 'Destination', {
      apiDestinationName: 'selfheal-architect',
      description: 'Selfheal: the webhook of the architect',
      connection,
      endpoint: url,
      httpMethod: HttpMethod.POST,
      rateLimitPerSecond: 10,
    });
    const deadLetterQueue = new DeadLetterQueue(this, 'WebhookDeadLetters');
    new Rule(this, 'Architect', {
      description: 'Selfheal: the watchdog calls the webhook of the architect',
      eventPattern: homeEvents(this, FOR_THE_ARCHITECT),
      targets: [
        // The class declares a part of its interface as possibly undefined, which it never is after construction.
        new ApiDestinationTarget(destination as IApiDestination, {
          deadLetterQueue,
          maxEventAge: Duration.hours(1),
          retryAttempts: 30,
        }),
      ],
    });
    new OwnAlarms(this, props.topic).onDeadLetters('webhook', deadLetterQueue);
    new CfnOutput(this, 'WebhookDeadLetterQueueUrl', {
      value: deadLetterQueue.queueUrl,
      description: 'Escalations that the webhook did not accept',
    });
  }

  private generatedKey(): Secret {
    const secret = new Secret(this, 'Key', {
      description: 'Selfheal: the key for calls to the webhook of the architect',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The receiver needs a new key at the same time: only its owner can change it.',
    });
    new CfnOutput(this, 'WebhookSecretArn', {
      value: secret.secretArn,
      description: 'The key that the webhook must accept',
    });
    return secret;
  }
}

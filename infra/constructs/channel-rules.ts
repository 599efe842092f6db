import { Duration } from 'aws-cdk-lib';
import {
  ApiDestination,
  Connection,
  EventField,
  type IApiDestination,
  Rule,
  RuleTargetInput,
} from 'aws-cdk-lib/aws-events';
import { ApiDestination as ApiDestinationTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Channel } from '../../functions/core/configuration/schema/channel-schema.ts';
import { type ChannelAddress, channelDestination } from './channel-destinations.ts';
import { homeEvents } from './home-events.ts';

/** A page that is an hour old helps nobody. */
const STALE_AFTER = Duration.hours(1);

export interface ChannelRulesProps {
  /** The channel's name in the configuration. */
  readonly name: string;
  readonly channel: Channel;
  /** Where requests wait that the channel did not accept. */
  readonly deadLetterQueue: IQueue;
}

/** Calls one channel with what the function wrote for it. */
export class ChannelRules extends Construct {
  constructor(scope: Construct, id: string, props: ChannelRulesProps) {
    super(scope, id);
    const { name, channel } = props;
    const { authorization, bodyParameters, addresses } = channelDestination(channel);
    const connection = new Connection(this, 'Connection', {
      connectionName: `selfheal-channel-${name}`,
      description: `Selfheal: key for channel ${name}`,
      authorization,
      ...(bodyParameters && { bodyParameters }),
    });
    for (const address of addresses) this.rule(address, connection, props);
  }

  private rule(address: ChannelAddress, connection: Connection, props: ChannelRulesProps): void {
    const { id, request, endpoint, method, query } = address;
    const { name, deadLetterQueue } = props;
    const destination = new ApiDestination(this, `${id}Destination`, {
      apiDestinationName: `selfheal-channel-${name}-${id.toLowerCase()}`,
      description: `Selfheal: channel ${name}`,
      connection,
      endpoint,
      httpMethod: method,
      rateLimitPerSecond: 5,
    });
    new Rule(this, id, {
      description: `Selfheal: notifies the channel ${name}`,
      eventPattern: homeEvents(this, {
        source: ['selfheal'],
        detailType: ['Selfheal Notification'],
        detail: { channel: [name], ...(request && { request: [request] }) },
      }),
      targets: [
        // The class declares a part of its interface as possibly undefined, which it never is after construction.
        new ApiDestinationTarget(destination as IApiDestination, {
          event: RuleTargetInput.fromEventPath('$.detail.body'),
          ...(endpoint.includes('*') && { pathParameterValues: [EventField.fromPath('$.detail.key')] }),
          ...(query && { queryStringParameters: { ...query } }),
          deadLetterQueue,
          maxEventAge: STALE_AFTER,
          retryAttempts: 30,
        }),
      ],
    });
  }
}

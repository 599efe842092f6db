import { SecretValue } from 'aws-cdk-lib';
import { Authorization, HttpMethod, HttpParameter } from 'aws-cdk-lib/aws-events';
import { assertNever } from '../../functions/core/assert-never.ts';
import type { Channel } from '../../functions/core/configuration/schema/channel-schema.ts';

/** How EventBridge calls a channel. */
export interface ChannelDestination {
  readonly authorization: Authorization;
  /** Added to the body of each request. */
  readonly bodyParameters?: Readonly<Record<string, HttpParameter>>;
  /** By what a request does. */
  readonly addresses: readonly ChannelAddress[];
}

export interface ChannelAddress {
  readonly id: 'Open' | 'Resolve' | 'Any';
  /** The requests that go here. @default all of them */
  readonly request?: 'open' | 'resolve';
  /** A `*` stands for the incident's key. */
  readonly endpoint: string;
  readonly method: HttpMethod;
  readonly query?: Readonly<Record<string, string>>;
}

/** A connection has to have a key, even for an address that is secret itself. */
const NO_KEY = Authorization.apiKey('X-Selfheal', SecretValue.unsafePlainText('selfheal'));

const PAGERDUTY = { us: 'https://events.pagerduty.com', eu: 'https://events.eu.pagerduty.com' } as const;
const OPSGENIE = { us: 'https://api.opsgenie.com', eu: 'https://api.eu.opsgenie.com' } as const;

/** The addresses and the credentials of a channel. Secrets are references that CloudFormation resolves. */
export function channelDestination(channel: Channel): ChannelDestination {
  const secret = secretOf(channel);
  switch (channel.type) {
    case 'slack':
    case 'teams':
      // The address is the secret: a role that may describe API destinations can read it.
      return { authorization: NO_KEY, addresses: [anyRequest(secret.unsafeUnwrap())] };
    case 'pagerduty':
      return {
        authorization: NO_KEY,
        bodyParameters: { routing_key: HttpParameter.fromSecret(secret) },
        addresses: [anyRequest(`${PAGERDUTY[channel.region]}/v2/enqueue`)],
      };
    case 'opsgenie': {
      const alerts = `${OPSGENIE[channel.region]}/v2/alerts`;
      return {
        authorization: Authorization.apiKey(
          'Authorization',
          SecretValue.unsafePlainText(`GenieKey ${secret.unsafeUnwrap()}`),
        ),
        addresses: [
          { id: 'Open', request: 'open', endpoint: alerts, method: HttpMethod.POST },
          {
            id: 'Resolve',
            request: 'resolve',
            endpoint: `${alerts}/*/close`,
            method: HttpMethod.POST,
            query: { identifierType: 'alias' },
          },
        ],
      };
    }
    case 'jira':
      return {
        authorization: Authorization.basic(channel.user, secret),
        addresses: [anyRequest(`${channel.url}/rest/api/3/issue`)],
      };
    case 'servicenow':
      return {
        authorization: Authorization.basic(channel.user, secret),
        addresses: [anyRequest(`${channel.url}/api/now/table/incident`)],
      };
    case 'webhook':
      return {
        authorization: Authorization.apiKey(channel.header, secret),
        addresses: [anyRequest(channel.url)],
      };
    default:
      return assertNever(channel);
  }
}

function anyRequest(endpoint: string): ChannelAddress {
  return { id: 'Any', endpoint, method: HttpMethod.POST };
}

/** A reference to a secret that CloudFormation resolves, to one version if that is given. */
export function secretOf({
  secretArn,
  secretVersion,
}: Pick<Channel, 'secretArn' | 'secretVersion'>): SecretValue {
  return SecretValue.secretsManager(
    secretArn,
    secretVersion === undefined ? {} : { versionId: secretVersion },
  );
}

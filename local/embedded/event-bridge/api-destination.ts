import type {
  ApiDestinationProperties,
  ConnectionProperties,
  HttpParameters,
} from '../cloudformation/channel-resources.ts';
import type { BusEvent } from './event.ts';
import { compilePath } from './target-input.ts';

/** A request as EventBridge sends it to an API destination. */
export interface DestinationRequest {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface DestinationDefinition {
  readonly destination: ApiDestinationProperties;
  readonly connection: ConnectionProperties;
  /** Parameters of the rule's target. */
  readonly parameters: HttpParameters;
  /** The value of a secret, by its ARN: CloudFormation puts it in when the stack is deployed. */
  readonly secretOf: (arn: string) => string;
}

const DYNAMIC_REFERENCE = /\{\{resolve:secretsmanager:(arn:[^}]+?):SecretString:::\}\}/g;

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html */
export function destinationRequest(
  { destination, connection, parameters, secretOf }: DestinationDefinition,
  event: BusEvent,
  input: unknown,
): DestinationRequest {
  const resolved = (text: string) => text.replaceAll(DYNAMIC_REFERENCE, (_, arn: string) => secretOf(arn));
  const values = (parameters.PathParameterValues ?? []).map((path) =>
    encodeURIComponent(String(path.startsWith('$') ? compilePath(path, destination.Name)(event) : path)),
  );
  const url = new URL(
    resolved(destination.InvocationEndpoint).replaceAll('*', () => {
      const value = values.shift();
      if (value === undefined) throw new Error(`${destination.Name}: a * of its address has no value`);
      return value;
    }),
  );
  for (const [name, value] of Object.entries(parameters.QueryStringParameters ?? {}))
    url.searchParams.set(name, value);
  const { InvocationHttpParameters, ApiKeyAuthParameters, BasicAuthParameters } = connection.AuthParameters;
  const added = (InvocationHttpParameters?.BodyParameters ?? []).map(({ Key, Value }) => [
    Key,
    resolved(Value),
  ]);
  const basic =
    BasicAuthParameters &&
    Buffer.from(`${BasicAuthParameters.Username}:${resolved(BasicAuthParameters.Password)}`).toString(
      'base64',
    );
  return {
    method: destination.HttpMethod,
    url: url.href,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(ApiKeyAuthParameters && {
        [ApiKeyAuthParameters.ApiKeyName.toLowerCase()]: resolved(ApiKeyAuthParameters.ApiKeyValue),
      }),
      ...(basic !== undefined && { authorization: `Basic ${basic}` }),
    },
    body: JSON.stringify(added.length === 0 ? input : { ...(input as object), ...Object.fromEntries(added) }),
  };
}

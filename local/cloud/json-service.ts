import type { LocalEndpoint } from './endpoint.ts';

/** An operation of a service that speaks JSON, as its requests name it. */
export interface JsonOperation {
  /** The service's name in signatures, by which emulators identify it. */
  readonly service: string;
  /** `X-Amz-Target`, such as `secretsmanager.GetSecretValue`. */
  readonly target: string;
}

/**
 * Calls a service of an emulator for which nothing else here needs an SDK client. Signatures are not checked there.
 *
 * @throws Error with the service's answer
 */
export async function callJsonService(
  { endpoint, region }: LocalEndpoint,
  { service, target }: JsonOperation,
  input: unknown,
): Promise<unknown> {
  const scope = `test/20260101/${region}/${service}/aws4_request`;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${target}: ${response.status} ${text}`);
  return text === '' ? {} : JSON.parse(text);
}

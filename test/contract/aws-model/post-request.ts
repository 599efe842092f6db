/**
 * Posts a request in JSON as it is, where the SDK would refuse it or add to it.
 *
 * @param target the service's prefix and the operation: `AmazonSSM.SendCommand`
 * @param version of the protocol `application/x-amz-json`
 */
export async function postRequest(
  url: string,
  target: string,
  request: unknown,
  version: '1.0' | '1.1',
): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target },
    body: JSON.stringify(request),
  });
  return { status: response.status, body: await response.json() };
}

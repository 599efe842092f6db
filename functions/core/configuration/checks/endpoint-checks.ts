import { endpointObjection } from '../../watchdog/addresses.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';

/**
 * Endpoints that no Lambda function can reach, such as its own loopback address: the watchdog would never check them,
 * and no repair would count as verified. `hostUrl` is requested on the host itself, and may be any address.
 */
export function checkEndpoints({ components, peers, watchdog }: ReadableParts): readonly Finding[] {
  const { allowedAddresses } = watchdog ?? {};
  if (allowedAddresses === undefined) return [];
  const endpoints: readonly (readonly [DocumentPath, string | undefined])[] = [
    ...[...components].map(
      ([name, { health }]) => [['components', name, 'health', 'url'], health?.url] as const,
    ),
    ...[...peers].flatMap(([name, { url, tcp }]) => [
      [['peers', name, 'url'], url] as const,
      [['peers', name, 'tcp'], tcp && `http://${tcp}`] as const,
    ]),
  ];
  return endpoints.flatMap(([path, url]): readonly Finding[] => {
    if (url === undefined || endpointObjection({ url }, allowedAddresses) === undefined) return [];
    const { hostname } = new URL(url);
    return [
      {
        severity: 'error',
        code: 'unreachable-endpoint',
        path,
        value: url,
        message: `${hostname} is requested by a Lambda function, for which this address is the function itself, or is never routed`,
        remedy: `Write an address that can be reached from outside the host${path[0] === 'components' ? ' (the address for checks on the host itself is `hostUrl`)' : ''}, or allow this one under \`watchdog.allowedAddresses\`.`,
      },
    ];
  });
}

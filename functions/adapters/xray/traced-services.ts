import { type Edge, GetServiceGraphCommand, type Service, type XRayClient } from '@aws-sdk/client-xray';
import type { TracedService } from '../../core/discovery/traced-service.ts';
import type { Topology } from '../../ports/topology.ts';
import { translated } from '../aws/translate-error.ts';

/** A connection through a queue or a bus: the sender does not wait for the receiver. */
const ASYNCHRONOUS = 'link';

/** X-Ray's service graph; its pages are parts of one graph. */
export function createTracedServices(client: Pick<XRayClient, 'send'>): Topology['traced'] {
  return async (fromMs, toMs) => {
    const services: Service[] = [];
    let NextToken: string | undefined;
    do {
      const command = new GetServiceGraphCommand({
        StartTime: new Date(fromMs),
        EndTime: new Date(toMs),
        NextToken,
      });
      const page = await translated('xray:GetServiceGraph', () => client.send(command));
      services.push(...(page.Services ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined && NextToken !== '');
    return services.flatMap(serviceOf);
  };
}

function serviceOf({ ReferenceId, Name, Names, Type, AccountId, Edges }: Service): readonly TracedService[] {
  if (ReferenceId === undefined) return [];
  const names = [...new Set([...(Name === undefined ? [] : [Name]), ...(Names ?? [])])];
  return [
    {
      id: ReferenceId,
      names,
      type: Type ?? '',
      ...(AccountId !== undefined && { account: AccountId }),
      calls: (Edges ?? []).flatMap(calledBy),
    },
  ];
}

/** An edge has the id of the service that it leads to. */
function calledBy({ ReferenceId, EdgeType }: Edge): readonly number[] {
  return ReferenceId === undefined || EdgeType?.toLowerCase() === ASYNCHRONOUS ? [] : [ReferenceId];
}

import * as z from 'zod/mini';
import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { componentName } from '../configuration/names.ts';
import { peer } from '../configuration/schema/peer-schema.ts';
import { normalized } from '../signal/event-values.ts';
import { endpointObjection } from './addresses.ts';
import { isConfigured } from './peer.ts';

/** `detail` of a `Selfheal Peer` event. */
const peerChange = z.pipe(
  z.transform((detail: unknown) => normalized(detail)),
  z.discriminatedUnion(
    'command',
    [
      z.strictObject({ command: z.literal('register'), name: componentName, peer }),
      z.strictObject({ command: z.literal('remove'), name: componentName }),
    ],
    { error: 'register or remove' },
  ),
);
export type PeerChange = z.output<typeof peerChange>;

/** What a `Selfheal Peer` event asks for, or why that can't be done. */
export function parsePeerChange(
  detail: unknown,
  configuration: CompiledConfiguration,
): { readonly change: PeerChange } | { readonly problem: string } {
  const { success, data: change, error } = peerChange.safeParse(detail);
  if (!success) return { problem: z.prettifyError(error) };
  const objection = objectionTo(change, configuration);
  return objection === undefined ? { change } : { problem: objection };
}

/** Why a peer may not be registered or removed; `undefined` if it may. */
function objectionTo(change: PeerChange, configuration: CompiledConfiguration): string | undefined {
  const { name } = change;
  if (isConfigured(configuration, name)) return `${name} is a peer in selfheal.yaml: change it there`;
  if (change.command === 'remove') return undefined;
  const { url, tcp, agent, component } = change.peer;
  if (!(url ?? tcp ?? agent)) return `${name} has nothing to check: add one of url, tcp and agent`;
  if (component !== undefined && !Object.hasOwn(configuration.components, component)) {
    return `there is no component ${component}`;
  }
  return endpointObjection(change.peer, configuration.watchdog.allowedAddresses);
}

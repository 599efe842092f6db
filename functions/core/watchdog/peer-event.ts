import * as z from 'zod';
import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { componentName } from '../configuration/names.ts';
import { type PeerDefinition, peer } from '../configuration/peer-schema.ts';
import { normalized } from '../signal/event-values.ts';
import { mayAsk, parseAddress } from './addresses.ts';
import { isConfigured } from './peer.ts';

/** `detail` of a `Selfheal Peer` event. */
const peerChange = z.preprocess(
  (detail) => normalized(detail),
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

/** What a `Selfheal Peer` event asks for, or why it can't be done. */
export function parsePeerChange(
  detail: unknown,
  configuration: CompiledConfiguration,
): { readonly change: PeerChange } | { readonly problem: string } {
  const { success, data: change, error } = peerChange.safeParse(detail);
  if (!success) return { problem: z.prettifyError(error) };
  const objection = objectionTo(change, configuration);
  return objection === undefined ? { change } : { problem: objection };
}

const LOCAL_NAME = /(^|\.)(localhost|local)\.?$/i;

/** Why a peer may not be registered or removed; `undefined` if it may. */
function objectionTo(change: PeerChange, configuration: CompiledConfiguration): string | undefined {
  const { name } = change;
  if (isConfigured(configuration, name)) return `${name} is a peer of selfheal.yaml: change it there`;
  if (change.command === 'remove') return undefined;
  const { url, tcp, agent, component } = change.peer;
  if (!(url ?? tcp ?? agent)) return `${name} has nothing to ask: one of url, tcp and agent is needed`;
  if (component !== undefined && !Object.hasOwn(configuration.components, component)) {
    return `there is no component ${component}`;
  }
  return objectionToEndpoint(change.peer, configuration.watchdog.allowedAddresses);
}

/** Names are looked up again before every heartbeat; here only what can be told from the text is refused. */
function objectionToEndpoint({ url, tcp }: PeerDefinition, allowed: readonly string[]): string | undefined {
  const host = hostOf(url, tcp);
  if (host === undefined) return undefined;
  const isAddress = parseAddress(host) !== undefined;
  const isRefused = isAddress ? !mayAsk(host, allowed) : LOCAL_NAME.test(host) && allowed.length === 0;
  return isRefused ? `${host} may not be asked: see watchdog.allowedAddresses` : undefined;
}

function hostOf(url: string | undefined, tcp: string | undefined): string | undefined {
  // What a URL parser makes of 0x7f.1 or 2130706433 is 127.0.0.1; the port makes no difference.
  const text = url ?? (tcp === undefined ? undefined : `http://${tcp}`);
  const host = text === undefined ? undefined : URL.parse(text)?.hostname;
  return host?.replace(/^\[|\]$/g, '');
}

import * as z from 'zod/mini';
import { durationSeconds } from '../configuration/duration.ts';
import type { RunCommandAction } from './action-definition.ts';
import { isAgentFirst, isByGroups, mayUseGroups, securityGroup, way, wayBack } from './isolation-way.ts';
import { NETWORKS_AT_MOST } from './value-rules.ts';

/** A check of the configuration asks for records that are kept longer than the limit: lifting needs them. */
const LONGEST_LIMIT_SECONDS = 604_800;
/** Nobody forgets for longer than a day that a host is cut off. */
const DEFAULT_LIMIT_SECONDS = 86_400;

const BY_GROUPS = ['ec2:DescribeInstances', 'ec2:ModifyNetworkInterfaceAttribute'];

/** The widest private networks: 10.0.0.0/8, and fc00::/7. */
const WIDEST = { v4: 8, v6: 7 } as const;

function isTooWide(network: string): boolean {
  const [, bits] = network.split('/');
  return Number(bits) < (network.includes(':') ? WIDEST.v6 : WIDEST.v4);
}

/** The network in the notation that nft reads: IPv6 in hexadecimal digits only, IPv4 as it is. */
function inPlainNotation(network: string): string {
  const [address = '', bits] = network.split('/');
  if (!address.includes(':')) return network;
  return `${URL.parse(`http://[${address}]`)?.hostname.slice(1, -1)}/${bits}`;
}

/**
 * IPv6 addresses that stand for IPv4, in either notation: they never appear on the wire, so a rule for one opens
 * nothing.
 */
const isMapped = (network: string) => inPlainNotation(network).startsWith('::ffff:');

const isMixed = (network: string) => network.includes(':') && network.includes('.');

const managementNetwork = z.union([z.cidrv4(), z.cidrv6()]).check(
  z.refine((network) => !isMapped(network), {
    error: 'an IPv4 network, such as 192.168.100.0/24, or an IPv6 network that does not stand for one',
    params: { code: 'invalid-format' },
  }),
  z.refine((network) => !isMixed(network) || isMapped(network), {
    error: ({ input }) =>
      `an IPv6 network in hexadecimal digits only, here \`${inPlainNotation(String(input))}\`: nft reads no other notation`,
    params: { code: 'invalid-format' },
  }),
  z.refine((network) => !isTooWide(network), {
    error: `a network that leaves others out, of /${WIDEST.v4} or narrower (IPv6: /${WIDEST.v6}): otherwise hardly anything would be isolated`,
    params: { code: 'open-network' },
  }),
);

/** Cuts the host off: by rules of its own, except for loopback and the SSM channel; or by security groups. */
export const isolateNetwork: RunCommandAction = {
  executor: 'run_command',
  type: 'isolate_network',
  targetKinds: ['host'],
  document: 'selfheal-isolate-network',
  summary: 'Cut the host off from the network, except for loopback and the SSM channel.',
  params: z
    .strictObject({
      by: way,
      securityGroup,
      limitSeconds: z
        ._default(durationSeconds({ min: 300, max: LONGEST_LIMIT_SECONDS }), DEFAULT_LIMIT_SECONDS)
        .check(z.describe('How long the isolation may last, once its operation is over.')),
      afterLimit: z
        ._default(z.enum(['remind', 'lift']), 'remind')
        .check(
          z.describe(
            'At the limit: `remind`: remind the architect, up to seven times, a day or more apart. `lift`: undo it, by an operation of `lift-isolation`.',
          ),
        ),
      managementCidrs: z
        ._default(z.array(managementNetwork).check(z.maxLength(NETWORKS_AT_MOST)), [])
        .check(
          z.describe(
            'Where the agent isolates: networks that stay reachable, such as that of a bastion host.',
          ),
        ),
    })
    .check(
      z.refine((params) => mayUseGroups(params) === (params.securityGroup !== undefined), {
        error: '`securityGroup` with `by: security_groups` or `agent_first`, and only then',
      }),
      z.refine((params) => !isByGroups(params) || params.managementCidrs.length === 0, {
        error:
          'no `managementCidrs` with `by: security_groups`: the rules of the group say what stays reachable',
      }),
    ),
  needs: [],
  effect: () => 'isolates',
  defaultTimeoutSeconds: 60,
  undo: 'restore_network',
  undoParams: (params) => ({ by: isAgentFirst(params) ? 'security_groups' : params['by'] }),
  byApi: { isMeant: mayUseGroups, calls: BY_GROUPS },
  parameters: (_component, params) => ({
    managementCidrs: (params['managementCidrs'] as readonly string[]).join(','),
  }),
};

/** Undoes `isolate_network`. */
export const restoreNetwork: RunCommandAction = {
  executor: 'run_command',
  type: 'restore_network',
  targetKinds: ['host'],
  document: 'selfheal-restore-network',
  summary: 'Undo `isolate_network`.',
  params: z.strictObject({
    by: wayBack.check(
      z.describe(
        'As in `isolate_network`. By `security_groups`, what this operation has isolated is restored.',
      ),
    ),
  }),
  needs: [],
  effect: () => 'reconnects',
  defaultTimeoutSeconds: 60,
  undoes: (params, done) => isByGroups(params) && mayUseGroups(done),
  byApi: { isMeant: isByGroups, calls: BY_GROUPS },
  parameters: () => ({}),
};

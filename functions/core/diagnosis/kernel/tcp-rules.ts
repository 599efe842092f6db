import type { KernelLook } from './kernel-look.ts';
import { type KernelRule, verdictOf } from './kernel-rule.ts';

// Judgement, not measurements.
const FAILURES = 3;
const RETRANSMITS = 5;
/** Of the segments that are sent: even good networks lose a few in ten thousand. */
const RETRANSMITTED_SHARE = 0.01;

/** Without bpftrace, the counters are those of everything in the network namespace. */
function whose({ source }: KernelLook): string {
  return source === 'bpftrace' ? 'its' : 'the network namespace’s';
}

/** What it calls refuses it, or does not answer. */
const connectionsFail: KernelRule = {
  code: 'CONNECTIONS_FAIL',
  remedy: 'look at what it connects to',
  judge: (look) => {
    const refused = look.failedCalls?.['ECONNREFUSED'];
    return verdictOf(
      look.tcpConnectFailures >= FAILURES,
      `${look.tcpConnectFailures} of ${whose(look)} attempts to connect failed${refused ? `, and ${refused} calls with ECONNREFUSED` : ''}`,
    );
  },
};

const connectionsReset: KernelRule = {
  code: 'CONNECTIONS_RESET',
  remedy: 'find who ends them: a peer that crashed, or an idle time-out on the way',
  judge: (look) =>
    verdictOf(look.tcpResets >= FAILURES, `${look.tcpResets} of ${whose(look)} connections were reset`),
};

/** More callers than it accepts. */
const connectionsDropped: KernelRule = {
  code: 'CONNECTIONS_DROPPED',
  remedy: 'find out why it accepts no connections fast enough, or raise its backlog and net.core.somaxconn',
  judge: ({ tcpListenDrops }) =>
    verdictOf(
      tcpListenDrops > 0,
      `${tcpListenDrops} connections were turned away because a listen queue in its network namespace was full`,
    ),
};

/** The network loses what is sent. */
const retransmits: KernelRule = {
  code: 'TCP_RETRANSMITS',
  remedy:
    'look at the network between it and its peers: security groups, limits of the instance, lost packets',
  judge: (look) => {
    const { tcpRetransmits, tcpSentSegments } = look;
    const share = tcpRetransmits / Math.max(1, tcpSentSegments);
    return verdictOf(
      tcpRetransmits >= RETRANSMITS && share >= RETRANSMITTED_SHARE,
      `${tcpRetransmits} of ${whose(look)} segments were sent again, with ${tcpSentSegments} sent from its network namespace`,
    );
  },
};

export const TCP_RULES: readonly KernelRule[] = [
  connectionsFail,
  connectionsReset,
  connectionsDropped,
  retransmits,
];

/**
 * The units of the SSM agent, from Amazon's package and from snap: without it, no command reaches a host. The runbooks are
 * composed with this list, and the configuration is checked against it.
 */
export const AGENT_UNITS = [
  'amazon-ssm-agent.service',
  'snap.amazon-ssm-agent.amazon-ssm-agent.service',
] as const;

/** Units that configure a host's network: while one is stopped, the agent may not reach Systems Manager either. */
export const NETWORK_UNITS = [
  'NetworkManager.service',
  'network.service',
  'networking.service',
  'systemd-networkd.service',
  'wicked.service',
] as const;

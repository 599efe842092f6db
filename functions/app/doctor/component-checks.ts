import type { Component } from '../../core/configuration/schema/schema.ts';
import { selectsHosts } from '../../core/configuration/target-selector.ts';
import { isSilent } from '../../core/watchdog/rounds.ts';
import type { ManagedNodeState } from '../../ports/deployment.ts';
import { type DoctorDeps, type Fault, type Looked, lookAtEach } from './examination.ts';

/** Created and adopted: without its alarm, nothing says that a component is unhealthy. */
export async function checkAlarms({ deployment, configuration }: DoctorDeps): Promise<Looked> {
  const names = Object.keys(configuration.alarms).sort();
  const states = await deployment.alarmStates(names);
  const accounts = await deployment.foreignAccounts(names);
  return await lookAtEach(names, async (name) => {
    const { component = '' } = configuration.alarms[name] ?? {};
    const subject = `alarm ${name}`;
    const foreign = accounts.get(name);
    if (foreign !== undefined)
      return {
        subject,
        problem: `watches metrics of account ${foreign.join(', ')}: ${component} is not healed by it`,
        remedy:
          'Adopt an alarm on metrics of this account, or deploy Selfheal in the account where they are.',
      };
    if (states.has(name)) return undefined;
    return {
      subject,
      problem: `does not exist: ${component} is not healed by it`,
      remedy:
        'Is this the configuration that is deployed? Deploy it; an adopted alarm must exist by this name.',
    };
  });
}

export async function checkNodes(deps: DoctorDeps): Promise<Looked> {
  const { components, settings } = deps.configuration;
  const { key, value } = settings.managedTag;
  const tagged = new Set(
    (await deps.deployment.nodes({ tags: { [key]: value } })).map(({ instanceId }) => instanceId),
  );
  const onHosts = Object.entries(components).flatMap(([name, component]) => {
    const { targets } = component;
    return selectsHosts(targets) ? [{ name, component, targets }] : [];
  });
  return await lookAtEach(onHosts, async ({ name, component, targets }) => {
    const nodes = await deps.deployment.nodes(targets);
    const known = new Set(nodes.map(({ instanceId }) => instanceId));
    return [
      ...missingNodes(name, component, known),
      ...nodes.flatMap((node) => nodeFaults(name, node, tagged.has(node.instanceId), `${key}=${value}`)),
    ];
  });
}

function missingNodes(name: string, { targets }: Component, known: ReadonlySet<string>): readonly Fault[] {
  if ('instanceIds' in targets)
    return targets.instanceIds
      .filter((id) => !known.has(id))
      .map((id) => ({
        subject: `node ${id} of ${name}`,
        problem: 'is not a managed node of this account and Region',
        remedy:
          'Correct the id, or install the SSM agent and give the instance a role with AmazonSSMManagedInstanceCore.',
      }));
  if (known.size > 0) return [];
  return [
    {
      subject: `component ${name}`,
      problem: 'has no managed node: its selector chooses none',
      remedy: 'Correct its tags or the name of its group, or check that the SSM agent runs on its instances.',
    },
  ];
}

function nodeFaults(
  name: string,
  { instanceId, ping, agentVersion, isLatestAgent }: ManagedNodeState,
  isTagged: boolean,
  tag: string,
): readonly Fault[] {
  const subject = `node ${instanceId} of ${name}`;
  return [
    ...(ping === 'Online'
      ? []
      : [
          {
            subject,
            problem: `is ${ping}: no command reaches it`,
            remedy:
              'Check the instance, its SSM agent (`systemctl status amazon-ssm-agent`) and its route to the SSM endpoints.',
          },
        ]),
    ...(isTagged
      ? []
      : [
          {
            subject,
            problem: `lacks the tag ${tag}: IAM allows no command on it`,
            remedy: 'Tag the instance, and its launch template: settings.managedTag names the tag.',
          },
        ]),
    ...(isLatestAgent === false
      ? [
          {
            subject,
            problem: `runs the SSM agent ${agentVersion}, which is not the latest`,
            remedy:
              'Update it with the document AWS-UpdateSSMAgent, or turn on its automatic update in Fleet Manager.',
          },
        ]
      : []),
  ];
}

/** Permissions that functions lacked, as they were noted. */
export async function checkDenials({ store }: DoctorDeps): Promise<Looked> {
  const denials = await store.listDenials();
  return await lookAtEach(denials, async (denial) => ({
    subject: denial.role === undefined ? 'a function' : `role ${denial.role}`,
    problem: `lacked a permission at ${new Date(denial.notedAtMs).toISOString()}: ${denial.action}${denial.resource === undefined ? '' : ` on ${denial.resource}`}`,
    remedy:
      'Deploy again, or find the policy that denies it: a service control policy, a permissions boundary, an endpoint policy. The note expires by itself.',
  }));
}

export async function checkWatchdog({
  watchdog,
  configuration,
  clock,
}: Pick<DoctorDeps, 'watchdog' | 'configuration' | 'clock'>): Promise<Looked> {
  const { enabled, shards, intervalSeconds } = configuration.watchdog;
  if (!enabled) return { looked: 0, faults: [] };
  const records = new Map((await watchdog.listShards()).map((record) => [record.shard, record]));
  const nowMs = clock.nowMs();
  return await lookAtEach(
    Array.from({ length: shards }, (_, shard) => shard),
    async (shard) => {
      const { roundAtMs } = records.get(shard) ?? {};
      if (roundAtMs !== undefined && !isSilent(roundAtMs, intervalSeconds * 1_000, nowMs)) return undefined;
      const since =
        roundAtMs === undefined
          ? 'has never had a round'
          : `had its last round at ${new Date(roundAtMs).toISOString()}`;
      return {
        subject: `watchdog, shard ${shard}`,
        problem: `${since}: its peers get no heartbeats`,
        remedy: 'Look at the schedules and the log group of the functions selfheal-watch-….',
      };
    },
  );
}

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { runRunbookByHand } from '../../../process-hosts/run-runbook.ts';
import type { DemoHosts, PaymentsHost, ServiceHost } from '../../incidents/hosts.ts';
import { answers } from '../../measurements.ts';
import type { Chain } from './chain.ts';
import { descriptorLimit, GENERATED_HISTORY, openDescriptors } from './descriptor-metric.ts';
import { memoryPercent } from './measurements.ts';
import { killProcess, type ProcessService, type ProcessServices, rollOutTypo } from './process-services.ts';

const ORDER_EVERY_MS = 50;

/** The process hosts as the incidents see them. */
export function incidentHosts(services: ProcessServices, chain: Chain | undefined): DemoHosts {
  const { orders, web, payments, docs, sessions } = services;
  return {
    orders: {
      ...serviceHost(orders),
      orderEveryMs: ORDER_EVERY_MS,
      memoryPercent: () => memoryPercent(orders),
      spooledFiles: async () => (await readdir(orders.path)).length,
    },
    web: {
      ...serviceHost(web),
      configurationName: 'site.conf',
      configuration: () => readFile(web.path, 'utf8'),
      breakConfiguration: () => rollOutTypo(web),
    },
    payments: {
      ...serviceHost(payments),
      damageLedger: () => writeFile(payments.path, '{"accounts": ["alice", '),
      isolates: false,
      observeIsolation: async () => refusalChecks(payments),
    },
    docs: serviceHost(docs),
    ...(chain && {
      chain: {
        catalog: {
          ...serviceHost(chain.catalog),
          damagePage: chain.database.damage,
          checksum: chain.database.checksum,
        },
        gateway: serviceHost(chain.gateway),
      },
    }),
    sessions: {
      ...serviceHost(sessions),
      descriptors: async () => (await openDescriptors(sessions)) ?? 0,
      descriptorLimit: () => descriptorLimit(sessions),
      history: GENERATED_HISTORY,
    },
  };
}

function serviceHost({ url, pid }: ProcessService): ServiceHost {
  return { url, pid, kill: async () => killProcess(await pid()) };
}

/** Saves the file of a component's host as a verified version. @throws Error if the runbook fails */
export async function keepVerified(component: string, host: ProcessService): Promise<void> {
  const kept = await runRunbookByHand(host, 'freeze_config', {
    ...{ operationId: `demo-${component}-good`, stepId: 'manual-0', component },
    ...{ paths: host.path, verified: 'true' },
  });
  if (kept.exitCode !== 0) throw new Error(`freeze_config: ${kept.stderr.trim()}`);
}

/** Isolation needs systemd and root: here the runbook refuses before it changes anything. */
function refusalChecks(payments: ProcessService): Awaited<ReturnType<PaymentsHost['observeIsolation']>> {
  return async (isolation) => [
    {
      what: 'not isolated: isolation needs systemd and root, and this target has neither; the runbook refused and changed nothing (--target ministack isolates)',
      ok: isolation.why.includes('UNSUPPORTED_MANAGER'),
    },
    {
      what: 'the service does not answer: nothing claims that it was healed',
      ok: !(await answers(payments.url())),
    },
  ];
}

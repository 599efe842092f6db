import { readdir, readFile, writeFile } from 'node:fs/promises';
import { runRunbookByHand } from '../../../process-hosts/run-runbook.ts';
import type { DemoHosts, PaymentsHost, ServiceHost } from '../../incidents/hosts.ts';
import { answers } from '../../measurements.ts';
import { memoryPercent } from './measurements.ts';
import { killProcess, type ProcessService, type ProcessServices, rollOutTypo } from './process-services.ts';

const ORDER_EVERY_MS = 50;

/** The process hosts as the incidents see them. */
export function incidentHosts({ orders, web, payments, docs }: ProcessServices): DemoHosts {
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
  };
}

function serviceHost({ url, pid }: ProcessService): ServiceHost {
  return { url, pid, kill: async () => killProcess(await pid()) };
}

/** Saves a host's configuration as a verified version. @throws Error if the runbook fails */
export async function keepVerified(web: ProcessService): Promise<void> {
  const kept = await runRunbookByHand(web, 'freeze_config', {
    ...{ operationId: 'demo-web-good', stepId: 'manual-0', component: 'web' },
    ...{ paths: web.path, verified: 'true' },
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

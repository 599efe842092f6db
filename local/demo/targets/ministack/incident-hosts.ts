import type { LocalCloud } from '../../../cloud/local-cloud.ts';
import type { Host } from '../../../hosts/host.ts';
import type { DemoHosts, PaymentsHost, ServiceHost } from '../../incidents/hosts.ts';
import { answers } from '../../measurements.ts';
import { succeed } from '../../services/python-service.ts';
import type { BootedHosts } from './booted-hosts.ts';
import { runRunbook } from './run-runbook.ts';
import { damageLedger, rollOutTypo, SITE_FILE } from './services.ts';

const ORDER_EVERY_MS = 125;

/** The booted hosts as the incidents see them. */
export function incidentHosts(
  { orders, web, payments, docs }: BootedHosts,
  { ssm }: Pick<LocalCloud, 'ssm'>,
  memoryPercent: (host: Host) => number | undefined,
): DemoHosts {
  return {
    orders: {
      ...serviceHost(orders, 'orders.service', 8080),
      orderEveryMs: ORDER_EVERY_MS,
      memoryPercent: async () => memoryPercent(orders),
      spooledFiles: async () => Number(await succeed(orders, 'find /var/tmp/orders -type f | wc -l')),
    },
    web: {
      ...serviceHost(web, 'nginx.service', 80),
      configurationName: SITE_FILE,
      configuration: () => succeed(web, `cat ${SITE_FILE}`),
      breakConfiguration: () => rollOutTypo(web),
    },
    payments: {
      ...serviceHost(payments, 'payments.service', 8080),
      damageLedger: () => damageLedger(payments),
      isolates: true,
      observeIsolation: () => observeIsolation(payments, ssm),
    },
    docs: serviceHost(docs, 'nginx.service', 80),
  };
}

/** Saves the site's configuration as a verified version. @throws Error if the runbook fails */
export async function keepVerified(web: Host, ssm: LocalCloud['ssm']): Promise<void> {
  await runRunbook(ssm, web, {
    document: 'selfheal-freeze-config',
    component: 'web',
    parameters: { paths: SITE_FILE, verified: 'true' },
  });
}

function serviceHost(host: Host, unit: string, port: number): ServiceHost {
  return {
    url: (path = '/') => `http://${host.ip}:${port}${path}`,
    pid: async () => Number(await succeed(host, `systemctl show --property=MainPID --value ${unit}`)),
    kill: async () => void (await succeed(host, `systemctl kill --signal=SIGKILL ${unit}`)),
  };
}

/** The exporter has nothing to do with the fault and keeps running: only the network can close its port to us. */
async function observeIsolation(
  host: Host,
  ssm: LocalCloud['ssm'],
): ReturnType<PaymentsHost['observeIsolation']> {
  const exporter = `http://${host.ip}:9100/`;
  const openBefore = await answers(exporter);
  return async ({ state, why }) => {
    const openAfter = await answers(exporter);
    const problem = await verifyExporter(host, ssm).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    return [
      ...(state === 'SUCCEEDED' ? [] : [{ what: `the host was not isolated: ${why}`, ok: false }]),
      {
        what: `port 9100 from outside: ${openBefore ? 'open' : 'closed'} before, ${openAfter ? 'open' : 'closed'} after`,
        ok: openBefore && !openAfter,
      },
      {
        what: `a runbook sent through SSM still runs there, and finds port 9100 open on loopback: ${problem === undefined ? 'yes' : `no, ${problem}`}`,
        ok: problem === undefined,
      },
    ];
  };
}

async function verifyExporter(host: Host, ssm: LocalCloud['ssm']): Promise<void> {
  const parameters = {
    service: 'exporter.service',
    url: 'http://127.0.0.1:9100/',
    stableSeconds: '0',
    timeoutSeconds: '5',
  };
  await runRunbook(ssm, host, { document: 'selfheal-verify-health', component: 'exporter', parameters });
}

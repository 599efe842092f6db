import { demoConfiguration } from '../../configuration.ts';
import type { BootedHosts } from './booted-hosts.ts';
import { SITE_FILE } from './services.ts';

/** The demo's selfheal.yaml for booted hosts. */
export function bootedConfiguration({ orders, web, payments, docs }: BootedHosts): string {
  return demoConfiguration({
    components: {
      orders: {
        instanceId: orders.instanceId,
        service: 'orders.service',
        healthUrl: `http://${orders.ip}:8080/health`,
      },
      web: { instanceId: web.instanceId, service: 'nginx.service', healthUrl: `http://${web.ip}/` },
      payments: {
        instanceId: payments.instanceId,
        service: 'payments.service',
        healthUrl: `http://${payments.ip}:8080/health`,
      },
      docs: { instanceId: docs.instanceId, service: 'nginx.service', healthUrl: `http://${docs.ip}/` },
    },
    serviceManager: 'systemd',
    spool: '/var/tmp/orders',
    site: SITE_FILE,
    validator: 'nginx',
    evaluation: 'evaluationPeriods: 3, datapointsToAlarm: 2',
    hasExporter: true,
    allowedAddresses: [],
  });
}

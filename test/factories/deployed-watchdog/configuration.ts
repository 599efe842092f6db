import type { Host } from '../../../local/hosts/host.ts';

/** A host each for a service that is killed, one that can no longer start, and one that some cannot reach. */
export interface WatchdogHosts {
  readonly orders: Host;
  readonly payments: Host;
  readonly shop: Host;
}

/** The vantage point whose function is scheduled by the deployment, and the one that is a process of its own. */
export const VANTAGE_POINTS = { deployed: 'outside', other: 'elsewhere' } as const;

/**
 * Watched every 10 s from two vantage points; the ladder as it is unless configured: 3 misses, 3 restarts.
 *
 * @param webhookUrl what the architect's webhook is
 */
export function watchdogYaml({ orders, payments, shop }: WatchdogHosts, webhookUrl: string): string {
  return `settings:
  notify: { webhook: { url: "${webhookUrl}", header: X-Architect-Key } }
components:
  orders: ${component(orders, 'orders.service')}
  payments: ${component(payments, 'payments.service')}
  shop: ${component(shop, 'orders.service')}

strategies:
  - id: restart
    trigger: { statuses: [OFFLINE] }
    actions: [{ type: start_component, params: { mode: restart, settleSeconds: 1s } }]
    verify: { timeoutSeconds: 5s, stableSeconds: 2s }
    maxAttempts: 3
    cooldownSeconds: 0s
  - id: isolate
    trigger: { statuses: [ISOLATED] }
    actions: [{ type: isolate_network }, { type: notify_soc }]
    verify: { timeoutSeconds: 2s, stableSeconds: 2s }
    rollback: { onFailure: maintain_isolation }
    maxAttempts: 1

watchdog:
  intervalSeconds: 10s
  timeoutSeconds: 2s
  vantagePoints: [{ name: ${VANTAGE_POINTS.deployed} }, { name: ${VANTAGE_POINTS.other} }]

peers:
  orders-exporter: { tcp: "${orders.ip}:9100" }
  shop-exporter: { tcp: "${shop.ip}:9100" }
  orders-agent: { agent: ${orders.instanceId} }
  payments-agent: { agent: ${payments.instanceId} }
  shop-agent: { agent: ${shop.instanceId} }
`;
}

function component({ instanceId, ip }: Host, service: string): string {
  const health = `{ url: "http://${ip}:8080/health", timeoutSeconds: 2s }`;
  return `{ targets: { instanceIds: [${instanceId}] }, service: ${service}, health: ${health} }`;
}

import type { DemoHosts } from './demo-hosts.ts';

/** The demo's selfheal.yaml: four components, a strategy for each trouble, and a ladder that ends in isolation. */
export function demoConfiguration({ orders, web, payments, docs }: DemoHosts): string {
  return `settings: {}
components:
  orders:
    targets: { instanceIds: [${orders.instanceId}] }
    service: orders.service
    health: { url: "http://${orders.ip}:8080/health", timeoutSeconds: 2s }
    tempPaths: [/var/tmp/orders]
    alarms:
      memory: { metric: memory, threshold: 80, comparison: '>', periodSeconds: 10, evaluationPeriods: 3, datapointsToAlarm: 2 }
  web:
    targets: { instanceIds: [${web.instanceId}] }
    service: nginx.service
    health: { url: "http://${web.ip}/", timeoutSeconds: 2s }
    configPaths: [/etc/nginx/conf.d/site.conf]
    alarms:
      error-rate: ${prober('error_rate', 'ErrorRate', 'web')}
  payments:
    targets: { instanceIds: [${payments.instanceId}] }
    service: payments.service
    health: { url: "http://${payments.ip}:8080/health", timeoutSeconds: 1s }
    alarms:
      error-rate: ${prober('error_rate', 'ErrorRate', 'payments')}
      host-unreachable: ${prober('host_unreachable', 'FailedScrapes', 'payments')}
  docs:
    targets: { instanceIds: [${docs.instanceId}] }
    service: nginx.service
    health: { url: "http://${docs.ip}/", timeoutSeconds: 2s }

# The others have alarms of their own: their incidents are about those.
watchdog: { intervalSeconds: 10s, timeoutSeconds: 2s }
peers:
  orders: { enabled: false }
  web: { enabled: false }
  payments: { enabled: false }

strategies:
  - id: memory-leak
    components: [orders]
    trigger: { metrics: [memory] }
    actions:
      - { type: graceful_stop, params: { graceSeconds: 10s }, onError: rollback }
      - { type: clear_temp_files, onError: continue }
      - { type: start_component, onError: rollback }
    verify: { timeoutSeconds: 30s, stableSeconds: 6s }

  - id: bad-configuration
    components: [web]
    trigger: { metrics: [error_rate] }
    actions:
      - { type: freeze_config }
      - { type: rollback_config, params: { apply: reload } }
      - { type: verify_config, params: { validator: nginx }, onError: rollback }
    verify: { timeoutSeconds: 30s, stableSeconds: 6s }

  - id: restart
    components: [payments]
    trigger: { metrics: [error_rate, host_unreachable] }
    actions:
      - { type: start_component, params: { mode: restart } }
    maxAttempts: 2
    cooldownSeconds: 5s

  - id: isolate
    components: [payments]
    trigger: { metrics: [error_rate, host_unreachable] }
    actions:
      - { type: isolate_network }
    verify: { timeoutSeconds: 2s, stableSeconds: 2s }
    rollback: { onFailure: maintain_isolation }
    maxAttempts: 1

  - id: offline
    components: [docs]
    trigger: { statuses: [OFFLINE] }
    actions:
      - { type: start_component, params: { mode: restart } }
    verify: { timeoutSeconds: 30s, stableSeconds: 6s }
`;
}

/** Per cent of requests that failed, seen from outside, over half in two of three points of 10 s. */
function prober(metric: string, metricName: string, component: string): string {
  const source = `namespace: Demo, metricName: ${metricName}, dimensions: { Component: ${component} }`;
  const limit =
    "threshold: 50, comparison: '>', periodSeconds: 10, evaluationPeriods: 3, datapointsToAlarm: 2";
  return `{ metric: ${metric}, ${source}, ${limit} }`;
}

import type { DemoProcessHost, EmbeddedHosts } from './hosts.ts';

/** The demo's selfheal.yaml: three components whose services have init scripts, and a strategy for each trouble. */
export function embeddedConfiguration({ orders, web, payments }: EmbeddedHosts): string {
  return `settings: {}
components:
  orders:
${common('orders', orders)}
    tempPaths: [${orders.path}]
    alarms:
      memory: { metric: memory, threshold: 80, comparison: '>', periodSeconds: 10, evaluationPeriods: 1 }
  web:
${common('web', web)}
    configPaths: [${web.path}]
    alarms: { error-rate: ${prober('web')} }
  payments:
${common('payments', payments)}
    alarms: { error-rate: ${prober('payments')} }

strategies:
  - id: memory-leak
    components: [orders]
    trigger: { metrics: [memory] }
    actions:
      - { type: graceful_stop, params: { graceSeconds: 10s }, onError: rollback }
      - { type: clear_temp_files, onError: continue }
      - { type: start_component, params: { settleSeconds: 1s }, onError: rollback }
    verify: { timeoutSeconds: 30s, stableSeconds: 4s }

  - id: bad-configuration
    components: [web]
    trigger: { metrics: [error_rate] }
    actions:
      - { type: freeze_config }
      - { type: rollback_config, params: { apply: reload } }
      - { type: verify_config, onError: rollback }
    verify: { timeoutSeconds: 30s, stableSeconds: 4s }

  - id: restart
    components: [payments]
    trigger: { metrics: [error_rate] }
    actions:
      - { type: start_component, params: { mode: restart } }
    maxAttempts: 2
    cooldownSeconds: 2s

  - id: isolate
    components: [payments]
    trigger: { metrics: [error_rate] }
    actions:
      - { type: isolate_network }
    maxAttempts: 1
`;
}

function common(name: string, { instanceId, port }: DemoProcessHost): string {
  return `    targets: { instanceIds: [${instanceId}] }
    service: ${name}.service
    serviceManager: sysv
    health: { url: "http://127.0.0.1:${port}/health", timeoutSeconds: 1s }`;
}

/** Per cent of requests that failed, seen from outside, over half in 10 s. */
function prober(component: string): string {
  const source = `namespace: Demo, metricName: ErrorRate, dimensions: { Component: ${component} }`;
  return `{ metric: error_rate, ${source}, threshold: 50, comparison: '>', periodSeconds: 10, evaluationPeriods: 1 }`;
}

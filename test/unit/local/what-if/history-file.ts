/** A recorded change of state, as `aws cloudwatch describe-alarm-history` prints it. */
export function stateUpdate(alarmName: string, time: string, from: string, to: string) {
  return {
    AlarmName: alarmName,
    AlarmType: 'MetricAlarm',
    Timestamp: time,
    HistoryItemType: 'StateUpdate',
    HistorySummary: `Alarm updated from ${from} to ${to}`,
    HistoryData: JSON.stringify({
      version: '1.0',
      oldState: { stateValue: from, stateReason: 'before' },
      newState: { stateValue: to, stateReason: `Threshold Crossed: now ${to}` },
    }),
  };
}

/** An alarm that goes off and is OK again; times such as `12:00`, on one day. */
export function episode(alarmName: string, from: string, to?: string, day = '2026-11-02') {
  return [
    stateUpdate(alarmName, `${day}T${from}:00.123000+00:00`, 'OK', 'ALARM'),
    ...(to === undefined ? [] : [stateUpdate(alarmName, `${day}T${to}:00.456000+00:00`, 'ALARM', 'OK')]),
  ];
}

export const historyText = (items: readonly object[]) => JSON.stringify({ AlarmHistoryItems: items });

export const CONFIGURATION = `
settings: { maxConcurrentRepairs: 2 }
groups:
  web: { maxInFlight: 1, minHealthy: 1 }
components:
${['web-a', 'web-b', 'web-c']
  .map(
    (name, index) => `
  ${name}:
    group: web
    targets: { instanceIds: [i-0a1b2c3d4e5f6000${index}] }
    service: ${name}.service
    health: { url: 'https://${name}.example.com/health' }
    alarms:
      memory: { adopt: ${name} memory, metric: memory }
`,
  )
  .join('')}
  db:
    targets: { tags: { role: db } }
    service: db.service
    alarms:
      cpu: { adopt: db cpu, metric: cpu }
      errors: { adopt: db errors, metric: error_rate }
      both: { allOf: [cpu, errors], metric: trouble }
strategies:
  - id: restart
    trigger: { metrics: [memory, trouble] }
    actions: [{ type: graceful_stop, onError: rollback }, { type: start_component, onError: rollback }]
    maxAttempts: 2
    cooldownSeconds: 10m
  - id: wall-off
    components: [web-c]
    trigger: { metrics: [memory] }
    actions: [{ type: isolate_network }]
    rollback: { onFailure: maintain_isolation }
    maxAttempts: 1
`;

/** All orders of a list. */
export function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

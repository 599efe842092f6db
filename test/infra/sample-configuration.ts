/** A small selfheal.yaml with every kind of alarm, people to tell, a VPC, and a watchdog that looks from two places. */
export const SAMPLE_CONFIGURATION = `
settings:
  repairTimeoutSeconds: 15m
  managedTag: { key: heal, value: please }
  notify:
    soc: [soc@example.com]
    architect: [architect@example.com]
    webhook: { url: 'https://hooks.example.com/selfheal' }
  vpc:
    vpcId: vpc-0123456789abcdef0
    subnetIds: [subnet-0123456789abcdef0]
    securityGroupIds: [sg-0123456789abcdef0]
components:
  web:
    targets: { instanceIds: [i-0123456789abcdef0] }
    service: nginx.service
    alarms:
      memory: { metric: memory, threshold: 90 }
      cpu: { metric: cpu, threshold: 95 }
      both: { metric: saturation, allOf: [memory, cpu] }
      errors: { adopt: Orders too many errors, metric: error_rate }
watchdog:
  shards: 2
  vantagePoints:
    - name: outside
    - name: inside
      vpc:
        vpcId: vpc-0123456789abcdef0
        subnetIds: [subnet-0123456789abcdef0]
        securityGroupIds: [sg-0123456789abcdef0]
strategies:
  - id: restart
    trigger: { metrics: [memory, cpu, saturation, error_rate] }
    verify: { by: alarm }
    actions:
      - { type: start_component, params: { mode: restart } }
`;

const secretArn = (name: string) => `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-a1b2c3`;

/** The same with every kind of channel. */
export const CHANNELS_CONFIGURATION = SAMPLE_CONFIGURATION.replace(
  '  notify:\n',
  `  notify:
    channels:
      chat: { type: slack, topics: [soc, architect], secretArn: '${secretArn('slack')}' }
      team: { type: teams, secretArn: '${secretArn('teams')}' }
      pager: { type: pagerduty, secretArn: '${secretArn('pagerduty')}' }
      genie: { type: opsgenie, region: eu, secretArn: '${secretArn('opsgenie')}' }
      tickets: { type: jira, url: 'https://example.atlassian.net', user: bot@example.com, project: OPS, secretArn: '${secretArn('jira')}' }
      desk: { type: servicenow, url: 'https://example.service-now.com', user: bot, secretArn: '${secretArn('servicenow')}' }
      hook: { type: webhook, url: 'https://hooks.example.com/notices', secretArn: '${secretArn('webhook')}' }
`,
);

/** With channels, and people who approve in Slack and by links, by e-mail and in a chat. */
export const APPROVALS_CONFIGURATION = CHANNELS_CONFIGURATION.replace(
  'settings:\n',
  `settings:
  mode: propose
  approvals:
    slack: { signingSecretArn: '${secretArn('signing')}' }
    people:
      ada: { email: ada@example.com, slack: U012AB3CD }
      grace: { channel: team }
`,
);

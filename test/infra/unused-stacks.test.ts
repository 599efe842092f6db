import { describe, expect, it } from 'vitest';
import type { Template } from '../../infra/quotas/template-text.ts';
import { APPROVALS_CONFIGURATION, SAMPLE_CONFIGURATION } from './sample-configuration.ts';
import { synthesizeTemplates } from './synthesized-stacks.ts';

const OPTIONAL = [
  'SelfhealAnalysis',
  'SelfhealApprovals',
  'SelfhealChannels',
  'SelfhealGraph',
  'SelfhealInvestigation',
  'SelfhealWebhook',
];

const everything = synthesizeTemplates(
  APPROVALS_CONFIGURATION.replace(
    '    service: nginx.service\n',
    '    service: nginx.service\n    logs: [/web]\n    anomalies: { cpu: { metric: cpu } }\n',
  ).replace('settings:', 'settings:\n  graph: { discover: [xray] }'),
);
const nothing = synthesizeTemplates(
  SAMPLE_CONFIGURATION.replace("    webhook: { url: 'https://hooks.example.com/selfheal' }\n", ''),
);

const typesOf = (template: Template | undefined) =>
  Object.values(template?.Resources ?? {}).map(({ Type }) => Type);

/** The names under which a stack exports values to others. */
const exportsOf = (templates: Readonly<Record<string, Template>>) =>
  Object.values(templates).flatMap((template) =>
    Object.values(
      (template as { Outputs?: Record<string, { Export?: { Name: string } }> }).Outputs ?? {},
    ).flatMap((output) => output.Export?.Name ?? []),
  );

describe('a stack that the configuration does not use', () => {
  it('still exists, because `cdk deploy` deletes none', () => {
    expect(Object.keys(nothing).sort()).toEqual(Object.keys(everything).sort());
  });

  it.each(OPTIONAL)('leaves nothing of %s but a placeholder', (name) => {
    expect(typesOf(everything[name]).length).toBeGreaterThan(1);
    expect(typesOf(nothing[name])).toEqual(['AWS::CloudFormation::WaitConditionHandle']);
  });

  it('removes no export from a stack that is deployed before it', () => {
    expect(exportsOf(everything).filter((name) => !exportsOf(nothing).includes(name))).toEqual([]);
  });
});

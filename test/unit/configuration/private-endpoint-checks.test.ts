import { describe, expect, it } from 'vitest';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef';
const VPC =
  'vpc: { vpcId: vpc-0123456789abcdef0, subnetIds: [subnet-0a1b2c3d], securityGroupIds: [sg-0a1b2c3d] }';

const text = (component: string, settings: string, strategy = '') =>
  configurationText({
    settings: `settings: { ${settings} }`,
    components: `components:\n  web: { ${component}, signals: [memory] }`,
    strategies: `strategies:\n  - { id: tell, trigger: { metrics: [memory] }, actions: [{ type: notify_soc }], ${strategy} }`,
  });

describe('a verification by what AWS reports, from within a VPC', () => {
  it.each([
    ['lambda', 'targets: { lambdaAlias: orders:live }'],
    ['ecs', 'targets: { ecsService: prod/orders }'],
    ['rds', 'targets: { dbInstance: orders }'],
    ['rds', 'targets: { dbCluster: orders }'],
    ['elasticloadbalancing', `targets: { tags: { role: web } }, targetGroup: "${GROUP}"`],
  ])('causes a warning about the endpoint that it needs: %s for %s', (endpoint, component) => {
    const problem = expectProblem(text(component, `▼${VPC}`), {
      code: 'private-endpoint-needed',
      severity: 'warning',
      path: 'settings.vpc',
    });
    expect(problem.message).toContain('repairs of `web` are verified by what AWS reports');
    expect(problem.remedy).toContain(`the interface endpoint \`${endpoint}\``);
  });

  it('causes no warning about an endpoint that the configuration says is there', () => {
    const reaching = (apis: string) => VPC.replace(' }', `, reaches: [${apis}] }`);
    const service = 'targets: { ecsService: prod/orders }';
    expect(problemsOf(text(service, reaching('ecs, rds')))).toEqual([]);
    expect(problemsOf(text(service, reaching('rds'))).map(({ code }) => code)).toEqual([
      'private-endpoint-needed',
    ]);
    const unknown = problemsOf(text(service, reaching('ec2')));
    expect(unknown.map(({ path }) => path)).toEqual(['settings.vpc.reaches[0]']);
  });

  it('needs none without a VPC, and none of these by an endpoint for health', () => {
    const service = 'targets: { ecsService: prod/orders }';
    const health = 'health: { url: "https://a.example.com/" }';
    expect(problemsOf(text(service, ''))).toEqual([]);
    expect(problemsOf(text(`${service}, ${health}`, VPC))).toEqual([]);
    const asked = problemsOf(text(`${service}, ${health}`, VPC, 'verify: { by: resource }'));
    expect(asked.map(({ code }) => code)).toEqual(['private-endpoint-needed']);
  });
});

import type { TargetKind } from '../../target/target.ts';
import { mayVerifyByResource } from '../../verification/verifier.ts';
import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { VerifyingApi } from '../schema/vpc-schema.ts';
import { targetKindOf } from '../target-selector.ts';
import { componentsOf } from './strategy-checks.ts';

/** The API that says whether a target can serve. */
const ASKED: Readonly<Record<Exclude<TargetKind, 'custom'>, VerifyingApi>> = {
  host: 'elasticloadbalancing',
  lambda_alias: 'lambda',
  ecs_service: 'ecs',
  db_instance: 'rds',
  db_cluster: 'rds',
};

/**
 * APIs that the verifying function asks from within a VPC. Without a way there, every repair that they should confirm is
 * undone. Whether the VPC has one is known only if the configuration says so.
 */
export function checkPrivateEndpoints({
  settings,
  components,
  strategies,
}: ReadableParts): readonly Finding[] {
  if (settings?.vpc === undefined) return [];
  const { reaches = [] } = settings.vpc;
  const asked = strategies.flatMap(({ strategy }) =>
    componentsOf(strategy, components)
      .filter(([, component]) => mayVerifyByResource(strategy, component))
      .flatMap(([name, { targets }]) => {
        const kind = targetKindOf(targets);
        return kind === 'custom' || reaches.includes(ASKED[kind]) ? [] : [{ name, endpoint: ASKED[kind] }];
      }),
  );
  return [...new Set(asked.map(({ endpoint }) => endpoint))].sort().map((endpoint) => {
    const names = new Set(asked.filter((one) => one.endpoint === endpoint).map(({ name }) => `\`${name}\``));
    return {
      severity: 'warning',
      code: 'private-endpoint-needed',
      path: ['settings', 'vpc'],
      at: 'key',
      value: endpoint,
      message: `repairs of ${[...names].join(', ')} are verified by what AWS reports, and \`selfheal-verify\` asks for it from within this VPC: without a way to the API of \`${endpoint}\`, good repairs are undone`,
      remedy: `Make sure that the VPC has a NAT gateway or the interface endpoint \`${endpoint}\`, then write \`reaches: [${endpoint}]\` under \`settings.vpc\`; or verify in another way.`,
    };
  });
}

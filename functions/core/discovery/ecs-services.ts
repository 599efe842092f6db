import type { CompiledConfiguration } from '../configuration/compiled.ts';

/** The services of ECS that are components, each as `cluster/service`. */
export function ecsServices({ components }: Pick<CompiledConfiguration, 'components'>): readonly string[] {
  const ids = Object.values(components).flatMap(({ targets }) =>
    'ecsService' in targets ? [targets.ecsService] : [],
  );
  return [...new Set(ids)].sort();
}

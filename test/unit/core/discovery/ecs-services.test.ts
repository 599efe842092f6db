import { expect, it } from 'vitest';
import { ecsServices } from '../../../../functions/core/discovery/ecs-services.ts';
import { configured } from '../../../factories/configuration.ts';

it('the services of ECS that are asked about are those of components, each once, in their order', () => {
  const on = (ecsService: string) => ({ targets: { ecsService }, service: undefined });
  const components = { web: on('prod/web'), api: on('prod/api'), again: on('prod/web'), host: {} };
  expect(ecsServices(configured({ components }))).toEqual(['prod/api', 'prod/web']);
});

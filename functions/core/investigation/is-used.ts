import type { CompiledConfiguration } from '../configuration/compiled.ts';

/** Whether anything is to be read after a repair that did not heal. */
export function investigates({
  components,
  settings,
}: Pick<CompiledConfiguration, 'components' | 'settings'>): boolean {
  return settings.investigate.length > 0 || Object.values(components).some(({ logs }) => logs);
}

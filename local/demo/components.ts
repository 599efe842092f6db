export const DEMO_COMPONENTS = ['orders', 'web', 'payments', 'docs'] as const;
export type DemoComponent = (typeof DEMO_COMPONENTS)[number];

export function isDemoComponent(name: string): name is DemoComponent {
  return DEMO_COMPONENTS.some((component) => component === name);
}

/** The components on hosts. */
export const HOST_COMPONENTS = ['orders', 'web', 'payments', 'docs'] as const;
export type HostComponent = (typeof HOST_COMPONENTS)[number];

/** Those that only the embedded target has; `quotes` is a Lambda function. */
export const DEMO_COMPONENTS = [...HOST_COMPONENTS, 'quotes', 'catalog', 'gateway', 'sessions'] as const;
export type DemoComponent = (typeof DEMO_COMPONENTS)[number];

export function isDemoComponent(name: string): name is DemoComponent {
  return DEMO_COMPONENTS.some((component) => component === name);
}

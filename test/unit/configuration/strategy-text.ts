import { configurationText, MEMORY_ALARM } from './configuration-text.ts';

const targets = (index: number) => `targets: { instanceIds: [i-0123456789abcdef${index}] }`;

export const START = 'actions: [{ type: start_component }]';

/** One strategy on the metric memory, and components of the given keys, each on a host of its own. */
export const text = (strategy: string, components: Readonly<Record<string, string>>, settings = '') =>
  configurationText({
    settings,
    components: [
      'components:',
      ...Object.entries(components).map(([name, keys], index) => `  ${name}: { ${targets(index)}, ${keys} }`),
    ].join('\n'),
    strategies: `strategies:\n  - { id: heal, trigger: { metrics: [memory] }, ${strategy} }`,
  });

export const TARGET_GROUP =
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef';

export const SOUND = `service: a.service, ${MEMORY_ALARM}`;

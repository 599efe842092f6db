import { configurationText } from './configuration-text.ts';

/** The hosts of these texts. */
export const [A, B] = ['i-0123456789abcdef0', 'i-0123456789abcdef1'] as const;

const ALARMS = 'alarms: { memory: { metric: memory, threshold: 90, dimensions: { InstanceId: i-1 } } }';

/** Components, each a service of its own: `web0`, `web1`, … @param components further keys, targets included */
export const withComponents = (...components: readonly string[]) =>
  configurationText({
    components: [
      'components:',
      ...components.map(
        (lines, index) => `  web${index}: { service: web${index}.service, ${ALARMS}, ${lines} }`,
      ),
    ].join('\n'),
  });

/** One such component, on one host. */
export const alone = (lines: string) => withComponents(`targets: { instanceIds: [${A}] }, ${lines}`);

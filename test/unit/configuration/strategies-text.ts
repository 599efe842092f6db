import { configurationText, ONE_HOST } from './configuration-text.ts';

export const HEALTH = 'health: { url: "https://web.example.com/" }';
export const SIGNALS = 'signals: [memory]';
export const HOST = `${ONE_HOST}, service: a.service`;
/** Two components that a signal reaches and an endpoint proves healthy. */
export const WEB = `web: { ${HOST}, ${HEALTH}, ${SIGNALS} }`;
export const DB = `db: { targets: { instanceIds: [i-0123456789abcdef1] }, service: b.service, ${HEALTH}, ${SIGNALS} }`;
export const RING = 'trigger: { metrics: [memory] }';
export const START = 'actions: [{ type: start_component }]';

/** Components, each a line of YAML, and strategies with the ids `s0`, `s1`, …, each the rest of a line. */
export const strategiesText = (components: readonly string[], ...strategies: readonly string[]) =>
  configurationText({
    components: ['components:', ...components.map((lines) => `  ${lines}`)].join('\n'),
    strategies: ['strategies:', ...strategies.map((lines, index) => `  - { id: s${index}, ${lines} }`)].join(
      '\n',
    ),
  });

/** Puts settings before a text that has none. */
export const withSettings = (settings: string, text: string) => `settings: { ${settings} }\n${text}`;

/** A strategy that does this on the host of `WEB`. @param more further keys */
export const doing = (steps: string, more = '') =>
  strategiesText([WEB], `${RING}, actions: [${steps}]${more}`);

import { configurationText } from './configuration-text.ts';

export const HEALTH = 'health: { url: "https://web.example.com/" }';
export const HOSTS = 'targets: { instanceIds: [i-0123456789abcdef0] }, service: a.service';
export const ECS = 'targets: { ecsService: prod/web }, taskRoles: ["arn:aws:iam::111122223333:role/web"]';

/** A strategy of these steps, and the component `web` that a signal reaches and an endpoint proves healthy. */
export const on = (component: string, steps: string, more = '', components = '') =>
  configurationText({
    settings: 'settings: { repairTimeoutSeconds: 12h }',
    components: `components:\n  web: { ${component}, ${HEALTH}, signals: [memory] }\n${components}`,
    strategies: `strategies:\n  - { id: heal, trigger: { metrics: [memory] }, actions: [${steps}]${more} }`,
  });

export const onHosts = (steps: string, more = '') => on(HOSTS, steps, more);

/** The same steps in a rollback plan. */
export const inRollback = (component: string, steps: string) =>
  on(component, '{ type: notify_soc }', `, rollback: { actions: [${steps}] }`);

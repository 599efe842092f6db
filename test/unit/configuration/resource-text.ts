import { configurationText } from './configuration-text.ts';

/** A configuration of one component on a resource, with one alarm and one strategy of one step. */
export const text = ({
  targets = '{ lambdaAlias: orders:live }',
  alarm = 'errors: { metric: errors, threshold: 5 }',
  step = '{ type: rollback_deployment }',
  more = '',
} = {}) =>
  configurationText({
    components: `components:\n  orders:\n    targets: ${targets}\n    alarms: { ${alarm} }\n${more}`,
    strategies: `strategies:\n  - { id: heal, trigger: { statuses: [CRITICAL] }, actions: [${step}] }`,
  });

/** The same on the hosts of an Auto Scaling group. */
export const onHosts = (step: string, more = '') =>
  text({
    targets: `{ autoScalingGroup: web }\n    service: nginx.service${more}`,
    alarm: 'memory: { metric: memory, threshold: 90 }',
    step,
  });

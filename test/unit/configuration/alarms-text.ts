import { componentText } from './configuration-text.ts';

/** Alarms for information need no strategy. */
export const INFO = 'severity: INFO';

/** A component that a signal reaches and an endpoint proves healthy, with alarms, each a line of YAML. */
export const alarmsText = (targets: string, ...lines: readonly string[]) =>
  componentText(
    `targets: { ${targets} }`,
    'health: { url: "https://web.example.com/" }',
    'signals: [memory]',
    'alarms:',
    ...lines.map((line) => `  ${line}`),
  ).replace('start_component', 'notify_soc');

import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { Home } from '../signal/home.ts';
import type { NoticeLink } from './notice.ts';

/** What a link may lead to. */
export interface LinkSubject {
  readonly operationId?: string;
  readonly alarmName?: string;
  readonly component?: string;
}

export interface LinkContext {
  readonly home: Home;
  readonly configuration: Pick<CompiledConfiguration, 'components'>;
}

/** Each partition has a console of its own. */
const PARTITIONS = [
  { prefix: 'cn-', partition: 'aws-cn', host: 'console.amazonaws.cn' },
  { prefix: 'us-gov-', partition: 'aws-us-gov', host: 'console.amazonaws-us-gov.com' },
] as const;
const COMMERCIAL = { partition: 'aws', host: 'console.aws.amazon.com' } as const;

const placeOf = (region: string) => PARTITIONS.find(({ prefix }) => region.startsWith(prefix)) ?? COMMERCIAL;

/** What ARNs of a region begin with, after `arn:`. */
export function partitionOf(region: string): string {
  return placeOf(region).partition;
}

/** The execution and the alarm with its graph in the console, and the component's own runbook. */
export function linksOf(
  { operationId, alarmName, component = '' }: LinkSubject,
  { home: { account, region }, configuration }: LinkContext,
): readonly NoticeLink[] {
  const { partition, host } = placeOf(region);
  const console = (service: string, fragment: string) =>
    `https://${region}.${host}/${service}/home?region=${region}#${fragment}`;
  const runbookUrl = Object.hasOwn(configuration.components, component)
    ? configuration.components[component]?.runbookUrl
    : undefined;
  return [
    ...(operationId === undefined
      ? []
      : [
          {
            label: 'Execution',
            url: console(
              'states',
              `/v2/executions/details/arn:${partition}:states:${region}:${account}:execution:selfheal-heal:${operationId}`,
            ),
          },
        ]),
    ...(alarmName === undefined
      ? []
      : [
          {
            label: 'Alarm and graph',
            url: console('cloudwatch', `alarmsV2:alarm/${encodeURIComponent(alarmName)}`),
          },
        ]),
    ...(runbookUrl === undefined ? [] : [{ label: 'Runbook', url: runbookUrl }]),
  ];
}

/** The envelope of an event that CloudWatch sends to the default event bus. */
export interface CloudWatchEvent<DetailType extends string, Detail> {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': DetailType;
  readonly source: 'aws.cloudwatch';
  readonly account: string;
  /** Whole seconds, UTC, with `Z`; the timestamps in `detail` end in `+0000`. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Detail;
}

/** What an event is about, and its own id. */
export interface EventOrigin {
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
  readonly alarmArn: string;
}

export function cloudWatchEvent<DetailType extends string, Detail>(
  { id, accountId, region, alarmArn }: EventOrigin,
  detailType: DetailType,
  timeMs: number,
  detail: Detail,
): CloudWatchEvent<DetailType, Detail> {
  return {
    version: '0',
    id,
    'detail-type': detailType,
    source: 'aws.cloudwatch',
    account: accountId,
    time: `${new Date(timeMs).toISOString().slice(0, 19)}Z`,
    region,
    resources: [alarmArn],
    detail,
  };
}

interface Price {
  /** In US dollars. */
  readonly usd: number;
  /** What one of it is. */
  readonly per: string;
  readonly source: string;
  /** Of the source. */
  readonly asOf: string;
}

const PRICE_LIST = 'AWS Price List, us-east-1';

/**
 * Prices in us-east-1 without free tiers. They were collected from public copies of AWS's price list and pricing pages;
 * look them up again before you rely on them: https://calculator.aws
 */
export const PRICES = {
  standardTransition: {
    usd: 0.000025,
    per: 'state transition of a Standard workflow, retries included',
    source: 'https://aws.amazon.com/step-functions/pricing/',
    asOf: '2025-08-28',
  },
  expressRequest: {
    usd: 0.000001,
    per: 'execution of an Express workflow',
    source: 'https://aws.amazon.com/step-functions/pricing/',
    asOf: '2025-08-28',
  },
  expressGigabyteSecond: {
    usd: 0.00001667,
    per: 'GB-second of an Express workflow, in steps of 64 MB and 100 ms',
    source: 'https://aws.amazon.com/step-functions/pricing/',
    asOf: '2025-08-28',
  },
  lambdaRequest: {
    usd: 0.0000002,
    per: 'invocation',
    source: 'https://aws.amazon.com/lambda/pricing/',
    asOf: '2022',
  },
  lambdaArmGigabyteSecond: {
    usd: 0.0000133334,
    per: 'GB-second on arm64; not confirmed by a dated source',
    source: 'https://aws.amazon.com/lambda/pricing/',
    asOf: 'unknown',
  },
  writeUnit: {
    usd: 0.000000625,
    per: 'write request unit, on demand',
    source: PRICE_LIST,
    asOf: '2026-08-15',
  },
  readUnit: { usd: 0.000000125, per: 'read request unit, on demand', source: PRICE_LIST, asOf: '2026-08-15' },
  customEvent: {
    usd: 0.000001,
    per: 'event of one’s own, up to 64 KB; events of AWS services are free',
    source: PRICE_LIST,
    asOf: '2026-05-29',
  },
  runCommand: {
    usd: 0,
    per: 'Run Command on an EC2 instance; a hybrid node costs 0.002 an invocation from 2026-09-30',
    source: 'https://aws.amazon.com/systems-manager/pricing/',
    asOf: '2026',
  },
  logGigabyte: { usd: 0.5, per: 'GB of logs ingested', source: PRICE_LIST, asOf: '2026-08-06' },
  logGigabyteSearched: {
    usd: 0.005,
    per: 'GB of logs scanned by a search of Logs Insights',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    asOf: '2026',
  },
  traceScanned: {
    usd: 0.0000005,
    per: 'trace that a search in X-Ray looks at',
    source: 'https://aws.amazon.com/xray/pricing/',
    asOf: '2026',
  },
  queueRequest: {
    usd: 0.0000004,
    per: 'request to a standard queue of SQS',
    source: 'https://aws.amazon.com/sqs/pricing/',
    asOf: '2026',
  },
  customMetric: { usd: 0.3, per: 'custom metric and month', source: PRICE_LIST, asOf: '2026-08-06' },
  kmsKey: {
    usd: 1,
    per: 'customer managed key and month; not confirmed by a dated source',
    source: 'https://aws.amazon.com/kms/pricing/',
    asOf: 'unknown',
  },
  metricRead: {
    usd: 0.00001,
    per: 'metric in a GetMetricData call; there is no free tier',
    source: PRICE_LIST,
    asOf: '2026-08-06',
  },
  alarm: {
    usd: 0.1,
    per: 'standard alarm on one metric, and month',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    asOf: '2026',
  },
  compositeAlarm: {
    usd: 0.5,
    per: 'composite alarm and month',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    asOf: '2026',
  },
  secret: {
    usd: 0.4,
    per: 'secret and month; not confirmed by a dated source',
    source: 'https://aws.amazon.com/secrets-manager/pricing/',
    asOf: 'unknown',
  },
} as const satisfies Record<string, Price>;

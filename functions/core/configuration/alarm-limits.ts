/**
 * What CloudWatch accepts.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export const COMPOSITE_CHILDREN = 100;
export const COMPOSITE_RULE_CHARACTERS = 10_240;
/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export const ALARM_DESCRIPTION_CHARACTERS = 1_024;

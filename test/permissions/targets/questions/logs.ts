import { type Askings, arnOf, on, onAny } from './resource-arn.ts';

/** CloudWatch Logs, as it is searched. */
export const LOGS: Askings = {
  StartQuery: ({ logGroupNames = [] }) =>
    (logGroupNames as readonly string[]).flatMap((name) =>
      on('logs:StartQuery', arnOf('logs', `log-group:${name}:*`)),
    ),
  GetQueryResults: onAny('logs:GetQueryResults'),
  StopQuery: onAny('logs:StopQuery'),
};

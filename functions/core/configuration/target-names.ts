import * as z from 'zod/mini';
import { isOwnFunction, tagText } from './declared-names.ts';

/** A group of Auto Scaling. Its name has no colon, so that an ARN would select nothing. */
export const autoScalingGroup = tagText(255).check(
  z.refine((name) => !name.includes(':') && name === name.trim(), {
    error: 'the name of an Auto Scaling group of this account and region, not its ARN',
  }),
);

/** A function of this account and region, by an alias that its callers use. */
export const lambdaAlias = z.string().check(
  z.regex(/^[A-Za-z0-9_-]{1,64}:(?!\d+$)[A-Za-z0-9_-]{1,128}$/, {
    error: 'the name of a Lambda function of this account and region, and of its alias: `orders:live`',
  }),
  isOwnFunction,
);

/** A service of ECS, with its cluster. */
export const ecsService = z.string().check(
  z.regex(/^[A-Za-z][A-Za-z0-9_-]{0,254}\/[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/, {
    error: 'the names of a cluster of this account and region, and of its service: `production/orders`',
  }),
);

/** Identifiers of RDS are at most this long. */
const IDENTIFIER_CHARACTERS = 63;

/** An instance or a cluster of RDS or Aurora. RDS keeps identifiers in lower case. */
export const dbIdentifier = z.string().check(
  z.maxLength(IDENTIFIER_CHARACTERS, {
    error: `an identifier of RDS, at most ${IDENTIFIER_CHARACTERS} characters long`,
  }),
  z.regex(/^[a-z](-?[a-z0-9])*$/, {
    error:
      'the identifier of an instance or a cluster of RDS in this account and region: a lower-case letter, then lower-case letters, digits and single hyphens, such as `orders-db`',
  }),
);

/** A deployment group of CodeDeploy, with its application. */
export const deploymentGroup = z.string().check(
  z.regex(/^[A-Za-z0-9._+=,@-]{1,100}\/[A-Za-z0-9._+=,@-]{1,100}$/, {
    error:
      'the names of a CodeDeploy application of this account and region, and of its deployment group: `shop/production`',
  }),
);

/** A configuration of AppConfig in an environment, by ids: permissions are granted by them. */
export const appConfiguration = z.string().check(
  z.regex(/^[a-z0-9]{4,7}\/[a-z0-9]{4,7}\/[a-z0-9]{4,7}$/, {
    error:
      'the ids of an AppConfig application, its environment and its configuration profile: `abc1234/def5678/ghi9012`',
  }),
);

/** Its name alone would not do: permissions are granted by the ARN. */
export const targetGroup = z.string().check(
  z.regex(
    /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{16}$/,
    {
      error:
        'the ARN of a target group: `arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef`',
    },
  ),
);

/** Its idle time-out can be changed, unlike that of other kinds. Permissions are granted by the ARN. */
export const applicationLoadBalancer = z.string().check(
  z.regex(
    /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer\/app\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{16}$/,
    {
      error:
        'the ARN of an Application Load Balancer: `arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/0123456789abcdef`',
    },
  ),
);

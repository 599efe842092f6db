import { expect, it } from 'vitest';
import { configurationText, ONE_HOST, problemsOf } from './configuration-text.ts';

const TEXT = configurationText();

/** One thing of a sound configuration replaced, and every message that follows, with its remedy. */
it.each<readonly [from: string, to: string, messages: readonly string[]]>([
  [
    '{ metric: memory, threshold: 90 }',
    '{ metric: memory, threshold: 90, periodSeconds: 15 }',
    [
      'expected 10, 20 or 30 seconds, or whole minutes; got 15 → What it is: The length of one data point. Default for EC2’s own metrics except status checks, such as `cpu` of hosts: 5m, unless `settings.detailedMonitoring` is set.',
    ],
  ],
  [
    '{ metric: memory, threshold: 90 }',
    '{ metric: memory, threshold: 90, dimensions: { ":a": b } }',
    [
      'the name ":a" is not allowed; expected plain ASCII characters, without a colon at the beginning → Choose another name.',
    ],
  ],
  [
    '{ metric: memory, threshold: 90 }',
    '{ metric: memory, threshold: 90, dimensions: { a: "ä" } }',
    [
      'expected plain ASCII characters, without a colon at the beginning; got "ä" → Write a value of that kind.',
    ],
  ],
  [
    '{ metric: memory, threshold: 90 }',
    '{ metric: memory, threshold: 1e300 }',
    [
      'expected a number that CloudWatch accepts, at most 2^360; got 1e+300 → What it is: The limit, in the unit of the metric.',
    ],
  ],
  [
    '{ metric: memory, threshold: 90 }',
    '{ metric: memory, threshold: 90, statistic: median }',
    [
      'expected Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p99; got "median" → What it is: How the values of a data point become one. Default: Average; p99 for `latency_p99`; Maximum for `status_check` and for `disk`, so that the fullest mount counts.',
    ],
  ],
  [
    '{ metric: memory, threshold: 90 }',
    '{ metric: memory, adopt: "shop-*" }',
    [
      'expected one alarm’s exact name, without a wildcard; got "shop-*" → What it is: The name of the existing alarm.',
    ],
  ],
  [
    '{ metric: memory, threshold: 90 }',
    '{ metric: memory }',
    [
      'cannot tell which kind this is; expected one of the keys `adopt`, `allOf`, `threshold` → Add `adopt:` or `allOf:` or `threshold:`.',
    ],
  ],
  [
    '{ metric: memory, threshold: 90 }',
    '{ metric: memory, threshold: 90, adopt: mine }',
    ['`adopt` cannot be combined with `threshold` → Remove `adopt`, or keep it and remove `threshold`.'],
  ],
  [
    ONE_HOST,
    'targets: { tags: {} }',
    [
      'expected at least one tag: an empty selector selects nothing; got an empty mapping → What it is: Managed nodes that carry all of these tags.',
    ],
  ],
  [
    ONE_HOST,
    'targets: {}',
    [
      'cannot tell which kind this is; expected one of the keys `instanceIds`, `tags`, `autoScalingGroup`, `lambdaAlias`, `ecsService`, `dbInstance`, `dbCluster`, `custom` → Add `instanceIds:` or `tags:` or `autoScalingGroup:` or `lambdaAlias:` or `ecsService:` or `dbInstance:` or `dbCluster:` or `custom:`.',
    ],
  ],
  [
    ONE_HOST,
    'targets: { tags: { "a,b": c } }',
    [
      'the name "a,b" is not allowed; expected no wildcard, comma or empty text: name the tag exactly → Choose another name.',
    ],
  ],
  [
    ONE_HOST,
    'targets: { tags: { a: "*" } }',
    [
      'expected no wildcard, comma or empty text: name the tag exactly; got "*" → Write a value of that kind.',
    ],
  ],
  [
    ONE_HOST,
    'targets: { instanceIds: [i-0123456789abcdef0, i-0123456789abcdef0] }',
    ['expected each entry once; got a list → What it is: Instance ids, or ids of managed nodes.'],
  ],
  [
    ONE_HOST,
    'targets: { autoScalingGroup: "*" }',
    [
      'expected no wildcard, comma or empty text: name the tag exactly; got "*" → What it is: The managed nodes that this Auto Scaling group launched.',
    ],
  ],
  [
    'service: nginx.service',
    'service: nginx.service\n    health: { url: "http://u:p@a.example.com/" }',
    [
      'expected an address of plain URL characters: no user, IPv6 address, fragment, quotes or spaces; got "http://u:p@a.example.com/" → What it is: Checked from outside the host, by a Lambda function. Status 200 means healthy.',
    ],
  ],
  [
    'service: nginx.service',
    'service: nginx.service\n    health: { url: "http://[::1]/" }',
    [
      'expected an address of plain URL characters: no user, IPv6 address, fragment, quotes or spaces; got "http://[::1]/" → What it is: Checked from outside the host, by a Lambda function. Status 200 means healthy.',
    ],
  ],
  [
    'service: nginx.service',
    'service: nginx.service\n    health: { url: "http://a..b/" }',
    [
      'expected an address with a host name whose parts have 1 to 63 characters, and no port 0; got "http://a..b/" → What it is: Checked from outside the host, by a Lambda function. Status 200 means healthy.',
    ],
  ],
  [
    'service: nginx.service',
    'service: nginx.service\n    health: { url: "http://a.example.com:0/" }',
    [
      'expected an address with a host name whose parts have 1 to 63 characters, and no port 0; got "http://a.example.com:0/" → What it is: Checked from outside the host, by a Lambda function. Status 200 means healthy.',
    ],
  ],
  [
    'service: nginx.service',
    'service: nginx.service\n    health: { url: "http://a.example.com/#x" }',
    [
      'expected an address of plain URL characters: no user, IPv6 address, fragment, quotes or spaces; got "http://a.example.com/#x" → What it is: Checked from outside the host, by a Lambda function. Status 200 means healthy.',
    ],
  ],
  [
    'service: nginx.service',
    'service: nginx.service\n    health: { url: "ftp://a.example.com/" }',
    [
      'expected an http:// or https:// address; got "ftp://a.example.com/" → What it is: Checked from outside the host, by a Lambda function. Status 200 means healthy.',
    ],
  ],
  [
    'service: nginx.service',
    'service: nginx.service\n    health: { url: "http://localhost/" }',
    [
      'localhost is requested by a Lambda function, for which this address is the function itself, or is never routed → Write an address that can be reached from outside the host (the address for checks on the host itself is `hostUrl`), or allow this one under `watchdog.allowedAddresses`.',
    ],
  ],
  [
    'service: nginx.service',
    'service: nginx.service\n    tempPaths: ["/var/tmp/a b"]',
    [
      'expected an absolute path of letters, digits and _ @ . + -; got "/var/tmp/a b" → Write a value of that kind.',
    ],
  ],
  [
    'service: nginx.service',
    'service: nginx.service\n    tempPaths: [/var/tmp/../a]',
    ['expected a path without . and .. parts; got "/var/tmp/../a" → Write a value of that kind.'],
  ],
  [
    'service: nginx.service',
    'service: nginx.service\n    tempPaths: [var/tmp/a]',
    [
      'expected an absolute path of letters, digits and _ @ . + -; got "var/tmp/a" → Write a value of that kind.',
    ],
  ],
  [
    'service: nginx.service',
    'service: nginx.service\n    tempPaths: [/var/tmp/a, /var/tmp/a]',
    ['expected each entry once; got a list → What it is: The directories that `clear_temp_files` may empty.'],
  ],
  [
    '  web:',
    '  constructor:',
    [
      'the name "constructor" is not allowed; expected a name other than `constructor` → Choose another name.',
    ],
  ],
  ['  web:', '  __proto__:', ['the name "__proto__" is not allowed → Choose another name.']],
  [
    'components:\n  web:\n    targets: { instanceIds: [i-0123456789abcdef0] }\n    service: nginx.service\n    alarms: { memory: { metric: memory, threshold: 90 } }\n',
    'components: {}\n',
    [
      'expected at least one component; got an empty mapping → What it is: Things that can be healed, each under a name of your choice, with its `targets`.',
    ],
  ],
  [
    'trigger: { metrics: [memory] }',
    'trigger: {}',
    [
      'expected at least one of `metrics`, `statuses` and `causes`: a trigger without them matches nothing; got an empty mapping → What it is: The alerts that the strategy answers: by `metrics` or `statuses`, either is enough, and by `causes`.',
    ],
  ],
  [
    'trigger: { metrics: [memory] }',
    'trigger: { metrics: [] }',
    [
      'expected at least one of `metrics`, `statuses` and `causes`: a trigger without them matches nothing; got a mapping → What it is: The alerts that the strategy answers: by `metrics` or `statuses`, either is enough, and by `causes`.',
    ],
  ],
  [
    'components:',
    'watchdog: { vantagePoints: [{ name: outside, vpc: { vpcId: vpc-1, subnetIds: [subnet-1], securityGroupIds: [sg-1] } }] }\ncomponents:',
    [
      'expected a VPC id (vpc-0123456789abcdef0); got "vpc-1" → What it is: The VPC.',
      'expected a subnet id (subnet-0123456789abcdef0); got "subnet-1" → Write a value of that kind.',
      'expected a security group id (sg-0123456789abcdef0); got "sg-1" → Write a value of that kind.',
    ],
  ],
  [
    'components:',
    'watchdog: { vantagePoints: [{ name: ooooooooooooooooooooooooooooooooooooooooo }] }\ncomponents:',
    [
      'expected 40 characters at most: it becomes part of a function’s name; got "ooooooooooooooooooooooooooooooooooooooooo" → What it is: The name in reports, in alerts and of the function.',
    ],
  ],
  [
    'components:',
    'watchdog: { allowedAddresses: [127.0.0.1] }\ncomponents:',
    ['expected an address range such as 127.0.0.1/32 or fe80::/10; got "127.0.0.1" → Write `127.0.0.1/32`.'],
  ],
  [
    'components:',
    'watchdog: { intervalSeconds: 10s, confirmSeconds: 10s }\ncomponents:',
    [
      'expected a duration shorter than `intervalSeconds`; leave it out to wait for the next interval; got "10s" → What it is: After a first miss, how soon to check again, until the peer answers or a restart is requested. Must be shorter than `intervalSeconds`. Default: at the next interval.',
    ],
  ],
  [
    'components:',
    'peers: { db: { tcp: "db.internal" } }\ncomponents:',
    [
      'expected host:port, such as db.internal:5432 or [fd00::1]:5432, with a port from 1 to 65535; got "db.internal" → What it is: `host:port`: an accepted connection means alive.',
    ],
  ],
  [
    'components:',
    'peers: { db: { tcp: "db.internal:70000" } }\ncomponents:',
    [
      'expected host:port, such as db.internal:5432 or [fd00::1]:5432, with a port from 1 to 65535; got "db.internal:70000" → What it is: `host:port`: an accepted connection means alive.',
    ],
  ],
  [
    'components:',
    'peers: { db: { component: web } }\ncomponents:',
    ['there is nothing to check; expected `url`, `tcp` or `agent` → Add `url:`, `tcp:` or `agent:`.'],
  ],
  [
    'components:',
    'peers: { db: { tcp: "db.internal:80", agent: i-0123456789abcdef0 } }\ncomponents:',
    ['expected one of `url`, `tcp` and `agent`; got a mapping → Write a value of that kind.'],
  ],
  [
    'components:',
    'settings: { notify: { webhook: { url: "http://a.example.com/", header: "a b", secretArn: x } } }\ncomponents:',
    [
      'expected an https:// address: EventBridge calls no other; got "http://a.example.com/" → What it is: Receives a POST request with the event as its body.',
      'expected the name of an HTTP header; got "a b" → What it is: The header that carries the key.',
      'expected the full ARN of a secret in Secrets Manager, with the hyphen and six characters that follow its name; got "x" → What it is: A secret whose entire value is the key. Default: Selfheal creates a secret with a random key.',
    ],
  ],
  [
    'components:',
    'settings: { notify: { webhook: { url: "https://a.example.com/", header: Host, secretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:a-abcdef" } } }\ncomponents:',
    [
      'expected a header that may carry a key, such as Authorization; got "Host" → What it is: The header that carries the key.',
    ],
  ],
  [
    'components:',
    'settings: { sources: { signals: [":x"] } }\ncomponents:',
    [
      'expected an event source such as `ops.selfheal`: letters, digits, `.`, `_`, `-` and `/`, 128 at most, not beginning with `aws.`; got ":x" → Write a value of that kind.',
    ],
  ],
  [
    'components:',
    'groups: { web: {} }\ncomponents:',
    ['no component is in this group → Add `group: web` to its components, or remove the group.'],
  ],
  [
    '{ metric: memory, threshold: 90 }',
    '{ metric: memory, threshold: 90, evaluationPeriods: 2, datapointsToAlarm: 3 }',
    [
      '3 bad points can never be among 2; at most `evaluationPeriods` is allowed → Lower it to 2 or less, or raise `evaluationPeriods`.',
    ],
  ],
  [
    '{ metric: memory, threshold: 90 }',
    '{ metric: memory, threshold: 90, periodSeconds: 1h, evaluationPeriods: 200 }',
    ['expected at most 100; got 200 → What it is: N: how many data points are evaluated.'],
  ],
  [
    'instanceIds: [i-0123456789abcdef0]',
    'instanceIds: [mi-0123456789abcdef0]',
    [
      'mi-0123456789abcdef0: a node outside EC2 has no metric under the dimension InstanceId unless something publishes it → Publish the metric under that dimension, or add `namespace:`, `metricName:` and `dimensions:`.',
    ],
  ],
])('instead of %s, %s is refused with all that its author needs', (from, to, messages) => {
  expect(TEXT).toContain(from);
  const problems = problemsOf(TEXT.replace(from, () => to));
  expect(problems.map(({ message, remedy }) => `${message} → ${remedy}`)).toEqual(messages);
});

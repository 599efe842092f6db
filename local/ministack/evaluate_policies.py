"""Answers whether policies allow a request, by MiniStack's evaluator, which nobody here wrote, without MiniStack itself.

Reads a question in each line of the first file, and writes true or false into the second. Both may be named pipes.
"""

import functools
import json
import sys

from ministack.core import iam_evaluator

parse = functools.lru_cache(maxsize=4096)(iam_evaluator.parse_policy_document)


def is_allowed(policies, principal, account, region, action, resource, context):
    request = iam_evaluator.EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=region,
        secure_transport=True,
        service_context={key.lower(): value for key, value in context.items()},
    )
    return iam_evaluator.evaluate(request, [parse(policy) for policy in policies]).decision == "Allow"


with open(sys.argv[1]) as questions, open(sys.argv[2], "w") as answers:
    for line in questions:
        print(json.dumps(is_allowed(**json.loads(line))), file=answers, flush=True)

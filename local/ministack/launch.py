"""Starts MiniStack with a few things changed.

PutEvents takes events that speak for AWS services: AWS refuses `aws.*` sources from customers, and so does MiniStack
from 1.5.20 on. The local SSM and CloudWatch endpoints stand in for such services, and have no other way onto the bus.

Errors of functions reach their workflows: see task_errors.py.

With SELFHEAL_IAM_PORT in the environment it can enforce IAM: see enforce_iam.py.
"""

import os

from ministack.app import main
from ministack.services import eventbridge

import enforce_iam
import task_errors

put_events = eventbridge._put_events
eventbridge._put_events = lambda data, allow_aws_source=True: put_events(data, allow_aws_source=True)

if os.environ.get("SELFHEAL_IAM_PORT"):
    enforce_iam.install(int(os.environ["SELFHEAL_IAM_PORT"]))

# Last: also a call that IAM denies is an error of its task.
task_errors.install()

main()

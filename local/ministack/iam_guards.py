"""Has IAM decide about the calls that AWS's services make for Selfheal, which MiniStack makes unasked."""

import contextvars

from ministack import app
from ministack.core.arn import parse_arn
from ministack.core.responses import get_account_id
from ministack.services import eventbridge, lambda_svc, stepfunctions

from iam_decisions import REGION, denial_of_role, is_allowed_to_rule

_machine = contextvars.ContextVar("machine", default={})

# The state machine that gave a task token.
machine_of_token = {}


def guard_state_machines():
    """Their calls, by their role."""
    execute_task = stepfunctions._execute_task
    with_callback = stepfunctions._invoke_with_callback
    call_lambda = stepfunctions._call_lambda
    start_nested = stepfunctions._invoke_nested_start_execution
    send_message = stepfunctions._invoke_sqs_send_message

    def with_role(state_def, raw_input, execution, ctx):
        arn = (execution or {}).get("stateMachineArn", "")
        token = _machine.set({"arn": arn, **(stepfunctions._state_machines.get(arn) or {})})
        try:
            return execute_task(state_def, raw_input, execution, ctx)
        finally:
            _machine.reset(token)

    def with_token(resource, input_data, token, state_def):
        machine_of_token[token] = _machine.get().get("arn", "*")
        return with_callback(resource, input_data, token, state_def)

    def ask(error, action, resource):
        role = _machine.get().get("roleArn")
        message = denial_of_role(role, "stepfunctions", action, resource) if role else None
        if message:
            raise stepfunctions._ExecutionError(error, message)

    def guarded_lambda(func_ref, event):
        ask("Lambda.AWSLambdaException", "lambda:InvokeFunction", func_ref)
        return call_lambda(func_ref, event)

    def guarded_start(resource, input_data):
        ask("StepFunctions.AccessDeniedException", "states:StartExecution", input_data.get("StateMachineArn", ""))
        return start_nested(resource, input_data)

    def guarded_send(resource, input_data):
        queue = input_data.get("QueueUrl", "").rsplit("/", 1)[-1]
        ask("SQS.SqsException", "sqs:SendMessage", f"arn:aws:sqs:{REGION}:{get_account_id()}:{queue}")
        return send_message(resource, input_data)

    stepfunctions._execute_task = with_role
    stepfunctions._invoke_with_callback = with_token
    stepfunctions._call_lambda = guarded_lambda
    stepfunctions._invoke_nested_start_execution = guarded_start
    stepfunctions._invoke_sqs_send_message = guarded_send
    for prefix, handler in stepfunctions._SERVICE_DISPATCH.items():
        if handler is send_message:
            stepfunctions._SERVICE_DISPATCH[prefix] = guarded_send


def guard_rules():
    """
    Their targets, by the target's role or else its own policy. What may not be handed over goes to the target's
    dead-letter queue at once: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    """
    invoke_target = eventbridge._invoke_target

    def guarded(target, event, rule, view=None):
        if not app.AUTH or _may_call(target, rule.get("Arn", "")):
            return invoke_target(target, event, rule, view)
        eventbridge.logger.warning("EventBridge: %s may not call %s", rule.get("Arn"), target.get("Arn"))
        queue = (target.get("DeadLetterConfig") or {}).get("Arn")
        if queue and is_allowed_to_rule(rule.get("Arn", ""), "sqs:SendMessage", queue):
            eventbridge._dispatch_to_sqs(parse_arn(queue), eventbridge.json.dumps(_envelope(event, view)))
        return None

    eventbridge._invoke_target = guarded


def _envelope(event, view):
    return (view or eventbridge._pattern_event_view(event)).event_with_detail()


def _may_call(target, rule_arn):
    arn = target.get("Arn", "")
    service = arn.split(":")[2] if arn.count(":") >= 5 else ""
    action = {
        "lambda": "lambda:InvokeFunction",
        "sns": "sns:Publish",
        "sqs": "sqs:SendMessage",
        "states": "states:StartExecution",
    }.get(service)
    if action is None:
        return True
    role = target.get("RoleArn")
    if role:
        return denial_of_role(role, "events", action, arn) is None
    return service != "states" and is_allowed_to_rule(rule_arn, action, arn)


def guard_failure_destinations():
    """What Lambda sends about a function that has failed for good, by the function's role."""
    route = lambda_svc._route_async_failure

    def guarded(target_arn, func_name, event, result):
        config = (lambda_svc._functions.get(func_name) or {}).get("config", {})
        action = {"sqs": "sqs:SendMessage", "sns": "sns:Publish"}.get(target_arn.split(":")[2])
        denial = denial_of_role(config.get("Role", ""), func_name, action, target_arn) if action else None
        if denial:
            lambda_svc.logger.warning("Lambda: %s: nothing sent: %s", func_name, denial)
            return None
        return route(target_arn, func_name, event, result)

    lambda_svc._route_async_failure = guarded

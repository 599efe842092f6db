"""Has MiniStack ask IAM about every request, from the moment that it is told to.

Its own `AUTH=true` checks signatures, resolves the role behind a function's credentials and evaluates that role's
policies, all by code that nobody here wrote; but the CDK can't deploy to it that way. So it is switched on afterwards,
by POST /enforce. Three kinds of requests never reach its check, and are asked about here, with the same evaluator:

- the calls that a state machine makes with its role,
- the targets that a rule calls with its role or by the target's own policy,
- requests to the local SSM and CloudWatch endpoints, which ask by POST /authorize.

GET /decisions lists every decision about a role or a service, GET /failures every function that failed, both in the
order in which they happened: on AWS, a function's failure rings an alarm.
"""

import contextvars
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.core.responses import get_account_id
from ministack.services import eventbridge, lambda_svc, stepfunctions, sts

REGION = "us-east-1"

_decisions = []
_failures = []
_records_lock = threading.Lock()
_machine = contextvars.ContextVar("machine", default={})
_machine_of_token = {}


def _record(principal, action, resource, allowed):
    with _records_lock:
        _decisions.append({"principal": principal, "action": action, "resource": resource, "allowed": allowed})


def _record_decisions():
    """Writes down what is decided about anyone but the account's root, who deploys and tests."""
    enforce = iam_evaluator.enforce

    def recorded(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        denied = enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
        if not iam_evaluator.is_root_access_key(access_key_id):
            session = sts._sessions.get(access_key_id) or {}
            _record(session.get("Arn", access_key_id), iam_action, resource_arn, denied is None)
        return denied

    iam_evaluator.enforce = recorded


def _record_failures():
    execute = lambda_svc._execute_function_with_config_scope

    def recorded(record, event):
        result = execute(record, event)
        if isinstance(result, dict) and result.get("error"):
            body = result.get("body")
            said = body if isinstance(body, dict) else {}
            with _records_lock:
                _failures.append(f"{said.get('errorType', 'error')}: {said.get('errorMessage', body)}")
        return result

    lambda_svc._execute_function_with_config_scope = recorded


def _give_functions_their_roles():
    """Also to those that are called before enforcement begins, which would keep the deployer's credentials."""

    def of_role(config):
        function, role = config["FunctionArn"], config["Role"].rsplit("/", 1)[-1]
        account, name = function.split(":")[4], config["FunctionName"]
        digest = hashlib.sha256(function.encode()).hexdigest()
        key, secret, token = f"ASIA{digest[:16].upper()}", f"secret-{digest}", f"token-{digest}"
        sts.register_session(key, {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{name}",
            "UserId": f"{role}:{name}",
            "SecretAccessKey": secret,
            "SessionToken": token,
        })
        return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token}

    lambda_runtime.execution_credentials = of_role
    lambda_svc.execution_credentials = of_role


def _denial(role_arn, session, action, resource, context=None):
    """AWS's message if the role may not do this; None if it may, or nothing is enforced yet."""
    if not app.AUTH:
        return None
    account = role_arn.split(":")[4]
    role = role_arn.rsplit("/", 1)[-1]
    principal = f"arn:aws:sts::{account}:assumed-role/{role}/{session}"
    result = iam_evaluator.evaluate(
        iam_evaluator.EvalContext(
            principal_arn=principal,
            principal_type="AssumedRole",
            principal_account=account,
            action=action,
            resource_arn=resource,
            region=REGION,
            service_context={key.lower(): value for key, value in (context or {}).items()},
        ),
        iam_evaluator._gather_role_policies(role, account),
    )
    allowed = result.decision == "Allow"
    _record(principal, action, resource, allowed)
    if allowed:
        return None
    return (f"User: {principal} is not authorized to perform: {action} on resource: {resource} "
            f"because no identity-based policy allows the {action} action")


def _complete_requests():
    """What AWS knows of a request, and MiniStack does not tell its evaluator."""
    extract_resource_arn = iam_actions.extract_resource_arn
    request_tag_context = iam_actions.request_tag_context

    # A task token belongs to a state machine, which is the resource of the three SendTask actions.
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
    def resource_of(service, method, path, headers, body, *rest):
        target = headers.get("x-amz-target", "")
        if service == "states" and ".SendTask" in target:
            token = json.loads(body or b"{}").get("taskToken", "")
            # One that nobody gave belongs to no machine: it is to be found invalid, not denied.
            return _machine_of_token.get(token) or next(iter(_machine_of_token.values()), "*")
        return extract_resource_arn(service, method, path, headers, body, *rest)

    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
    def context_of(service, iam_action, body, params):
        context = request_tag_context(service, iam_action, body, params)
        if iam_action != "events:PutEvents":
            return context
        entries = json.loads(body or b"{}").get("Entries", [])
        return {
            **context,
            "events:source": [entry.get("Source", "") for entry in entries],
            "events:detail-type": [entry.get("DetailType", "") for entry in entries],
        }

    # AWS is reached by TLS only, and the policies of queues and topics insist on it; MiniStack is on this machine.
    pin_request_origin = iam_evaluator.pin_request_origin
    app.pin_request_origin = lambda source_ip, _secure_transport: pin_request_origin(source_ip, True)

    iam_actions.extract_resource_arn = resource_of
    iam_actions.request_tag_context = context_of


def _guard_state_machines():
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
        _machine_of_token[token] = _machine.get().get("arn", "*")
        return with_callback(resource, input_data, token, state_def)

    def ask(error, action, resource):
        role = _machine.get().get("roleArn")
        message = _denial(role, "stepfunctions", action, resource) if role else None
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


def _guard_rules():
    invoke_target = eventbridge._invoke_target

    def guarded(target, event, rule, view=None):
        message = _target_denial(target, rule)
        if message:
            eventbridge.logger.warning("EventBridge: target %s not called: %s", target.get("Arn"), message)
            return None
        return invoke_target(target, event, rule, view)

    eventbridge._invoke_target = guarded


def _target_denial(target, rule):
    arn = target.get("Arn", "")
    service = arn.split(":")[2] if arn.count(":") >= 5 else ""
    if not app.AUTH:
        return None
    if service == "states":
        return _denial(target.get("RoleArn", ""), "events", "states:StartExecution", arn)
    action = {"lambda": "lambda:InvokeFunction", "sqs": "sqs:SendMessage", "sns": "sns:Publish"}.get(service)
    if action is None:
        return None
    policy, account = iam_evaluator._resource_policy(service, arn) or (None, get_account_id())
    ctx = iam_evaluator.EvalContext(
        principal_arn="events.amazonaws.com",
        principal_type="Service",
        principal_account=account or get_account_id(),
        action=action,
        resource_arn=arn,
        region=REGION,
        service_context={"aws:sourcearn": rule.get("Arn", ""), "aws:sourceaccount": get_account_id()},
    )
    allowed = iam_evaluator.evaluate_resource_policy(policy, ctx, service="events.amazonaws.com").decision == "Allow"
    _record(rule.get("Arn", ""), action, arn, allowed)
    return None if allowed else f"the policy of {arn} does not let {rule.get('Arn')} call it"


class _Endpoint(BaseHTTPRequestHandler):
    """A thread of its own for each request: MiniStack's event loop waits for functions that ask here."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
        if self.path == "/enforce":
            app.AUTH = body["enforced"]
            lambda_runtime.reset()
            return self._answer({})
        if self.path == "/authorize":
            return self._answer({"denial": _denial_for_key(**body)})
        return self._answer({"error": f"no such path: {self.path}"}, 404)

    def do_GET(self):
        with _records_lock:
            lists = {"/decisions": {"decisions": list(_decisions)}, "/failures": {"failures": list(_failures)}}
        found = lists.get(self.path)
        return self._answer(found or {"error": f"no such path: {self.path}"}, 200 if found else 404)

    def _answer(self, body, status=200):
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_):
        pass


def _denial_for_key(accessKeyId, action, resource, context):
    if not app.AUTH:
        return None
    principal = iam_evaluator.resolve_principal(accessKeyId, get_account_id())
    if isinstance(principal, iam_evaluator.AuthError):
        return principal.message
    if principal.policies is None:
        return None
    role, session = principal.arn.rsplit("/", 2)[-2:]
    return _denial(f"arn:aws:iam::{principal.account}:role/{role}", session, action, resource, context)


def install(port):
    """Puts the checks in place, switched off, and serves the endpoint on this port of 127.0.0.1."""
    _record_decisions()
    _record_failures()
    _give_functions_their_roles()
    _complete_requests()
    _guard_state_machines()
    _guard_rules()
    server = ThreadingHTTPServer(("127.0.0.1", port), _Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()

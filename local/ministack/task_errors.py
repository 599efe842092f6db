"""Has a function's error reach the workflow that called it, at once and under its own name, as on AWS.

MiniStack calls every error `Runtime.HandlerError`, and ignores one of a function that was given a task token: the task
would wait for its token in vain.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
"""

import contextvars
import re

from ministack.core import lambda_runtime
from ministack.services import lambda_svc, stepfunctions

_token = contextvars.ContextVar("token", default=None)

_REPORTED = 'status: "error", error: String(err.message || err), trace: err.stack || ""'
_NAMED = 'status: "error", error: String(err.message || err), trace: `name of the error: ${err.name}\\n${err.stack}`'
_NAME = re.compile(r"^name of the error: ([\w.]+)$", re.MULTILINE)


def install():
    _name_errors()
    _fail_tasks()


def _name_errors():
    if lambda_runtime._NODEJS_WORKER_SCRIPT.count(_REPORTED) != 1:
        raise RuntimeError("this MiniStack reports errors of Node functions in another way: see task_errors.py")
    lambda_runtime._NODEJS_WORKER_SCRIPT = lambda_runtime._NODEJS_WORKER_SCRIPT.replace(_REPORTED, _NAMED)
    execute = lambda_svc._execute_function

    def named(func, event):
        result = execute(func, event)
        body = result.get("body") if isinstance(result, dict) and result.get("error") else None
        name = _NAME.search(result.get("log") or "") if isinstance(body, dict) else None
        if name and body.get("errorType") == "Runtime.HandlerError":
            body["errorType"] = name[1]
        return result

    lambda_svc._execute_function = named


def _fail_tasks():
    with_callback = stepfunctions._invoke_with_callback
    call_lambda = stepfunctions._call_lambda

    def with_token(resource, input_data, token, state_def):
        before = _token.set(token)
        try:
            return with_callback(resource, input_data, token, state_def)
        finally:
            _token.reset(before)

    def failing(func_ref, event):
        try:
            return call_lambda(func_ref, event)
        except stepfunctions._ExecutionError as error:
            task = stepfunctions._task_tokens.get(_token.get())
            # What the function said of the task before it failed, stays.
            if task and not task["event"].is_set():
                task["error"] = {"Error": error.error, "Cause": error.cause}
                task["event"].set()
            raise

    stepfunctions._invoke_with_callback = with_token
    stepfunctions._call_lambda = failing

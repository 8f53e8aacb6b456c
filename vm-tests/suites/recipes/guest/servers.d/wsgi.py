# SPDX-License-Identifier: Apache-2.0
"""What gunicorn and uwsgi serve."""


def application(environment, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'hello\n']

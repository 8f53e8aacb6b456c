# SPDX-License-Identifier: Apache-2.0
"""What uvicorn serves."""


async def application(scope, receive, send):
    await send({'type': 'http.response.start', 'status': 200, 'headers': [(b'content-type', b'text/plain')]})
    await send({'type': 'http.response.body', 'body': b'hello\n'})

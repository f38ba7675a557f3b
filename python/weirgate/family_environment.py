"""The family's environment variables that need nothing here, each with the reason (a table).

Those that set something are aliases in `settings`; these are accepted and named once at start, so
that nobody who moves over wonders. `deploy/docs/environment.md` shows both.
"""

from __future__ import annotations

WITHOUT_EFFECT = {
    "MEMORY_CACHE_ENABLED": "routing is always held in memory",
    "BATCH_UPDATE_ENABLED": "usage is always booked in batches, from a journal",
    "BATCH_UPDATE_INTERVAL": "usage is always booked in batches, from a journal",
    "LOG_SQL_DSN": "usage rows have a store of their own in the data folder",
    "NODE_TYPE": "all nodes are equal; jobs are leased to one of them",
    "FRONTEND_BASE_URL": "every node serves the console",
    "ERROR_LOG_ENABLED": "failed calls are always logged",
    "GET_MEDIA_TOKEN": "media is counted when the provider states no usage",
    "GET_MEDIA_TOKEN_NOT_STREAM": "media is counted when the provider states no usage",
    "FORCE_STREAM_OPTION": "usage of streams is always asked for",
    "STREAM_SCANNER_MAX_BUFFER_MB": "streams pass in constant memory",
    "RETRY_TIME_OUT": "the options decide about retries",
    "RETRY_COOL_DOWN": "the options decide about retries",
    "NOTIFY_LIMIT_COUNT": "two notices of a kind in ten minutes",
    "NOTIFICATION_LIMIT_DURATION_MINUTE": "two notices of a kind in ten minutes",
    "UPDATE_TASK": "tasks are polled by a job, see /api/weirgate/jobs",
    "TASK_QUERY_LIMIT": "tasks are polled by a job, see /api/weirgate/jobs",
    "TLS_INSECURE_SKIP_VERIFY": "certificates are always checked",
    "LINUX_DO_TOKEN_ENDPOINT": "set the option weirgate.linuxdo_token_url",
    "LINUX_DO_USER_ENDPOINT": "set the option weirgate.linuxdo_user_url",
    "INITIAL_ROOT_TOKEN": "the first account is made by the setup page",
    "INITIAL_ROOT_ACCESS_TOKEN": "the first account is made by the setup page",
}
"""Name → why it may be left out."""
